import { bytes } from './picture';
import type { Media } from './server';

/** canPlay tells whether recordings can be played here. */
export const canPlay = (): boolean => typeof AudioContext === 'function';

/** Sound plays a recording, and tells when that begins and ends. */
export class Sound {
  private context?: AudioContext;
  private source?: AudioBufferSourceNode;

  // Web Audio, because a page's CSP has nothing against it; an <audio> element would need blob: or data:.
  constructor(
    private readonly media: Media,
    private readonly onChange: (playing: boolean) => void,
  ) {}

  async toggle(): Promise<void> {
    if (this.source) return this.stop();
    this.context ??= new AudioContext();
    const source = this.context.createBufferSource();
    this.source = source;
    this.onChange(true);
    try {
      source.buffer = await this.context.decodeAudioData(bytes(this.media).buffer);
      source.connect(this.context.destination);
      source.onended = () => this.stop();
      await this.context.resume();
      if (this.source === source) source.start();
    } catch {
      this.stop();
    }
  }

  stop(): void {
    const source = this.source;
    if (!source) return;
    this.source = undefined;
    source.onended = null;
    if (source.buffer) source.disconnect();
    void this.context?.suspend(); // so that the device may sleep
    this.onChange(false);
  }

  /** close gives the sound device back. */
  close(): void {
    this.stop();
    void this.context?.close();
    this.context = undefined;
  }
}
