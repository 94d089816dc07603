import type { Texts } from '../locales/texts';
import type { Parts } from './dom';
import type { Answer, Challenge, Move } from './server';

/** View shows one puzzle and takes the visitor's Answer. Each kind of puzzle has its own. */
export interface View {
  /** What is shown, from top to bottom. */
  readonly elements: HTMLElement[];
  /** What the visitor is asked to do. */
  readonly title: string;
  /** focus puts the keyboard where the Answer is given. */
  focus(): void;
  /** enable lets the visitor answer, or stops it while an Answer is judged. */
  enable(on: boolean): void;
  /** Whether the visitor has begun to answer. */
  readonly busy: boolean;
  /** rest stops what is heard. */
  rest(): void;
  /** destroy ends what goes on by itself. */
  destroy(): void;
}

/** Surroundings are what a View is made with. */
export interface Surroundings {
  parts: Parts;
  texts: Texts;
  challenge: Challenge;
  /** Whether clicks are sent by a button, and not by the last of them. */
  confirms: boolean;
  /** Takes the visitor's Answer. */
  submit(answer: Answer, track: Move[]): void;
}
