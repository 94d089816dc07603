import { later } from '../engine/browser';

type Listener = (argument?: unknown) => void;

/** Emitter tells events to any number of listeners, in the order in which they came. */
export class Emitter {
  private listeners: Record<string, Listener[]> = {};
  private readonly lasting = new Set<string>();

  on(event: string, listener: Listener): void {
    if (typeof listener !== 'function') return;
    this.listeners[event] = [...(this.listeners[event] ?? []), listener];
    // react-geetest-v4 subscribes after its init callback has returned, and waits for "ready".
    if (this.lasting.has(event)) later(() => this.has(event, listener) && listener());
  }

  emit(event: string, argument?: unknown): void {
    for (const listener of this.listeners[event] ?? []) {
      // What a page's listener throws is the page's, and keeps no other from hearing.
      try {
        listener(argument);
      } catch (error) {
        later(() => {
          throw error;
        });
      }
    }
  }

  /** emitForGood tells an event that later listeners are told, too. */
  emitForGood(event: string): void {
    this.lasting.add(event); // first: a listener may add another one
    this.emit(event);
  }

  clear(): void {
    this.listeners = {};
  }

  private has(event: string, listener: Listener): boolean {
    return !!this.listeners[event]?.includes(listener);
  }
}
