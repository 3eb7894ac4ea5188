// When to draw: at a frame of the browser, some times a second, however many messages come. A page that is not seen draws nothing.
import { type ReadonlySignal, signal } from '@preact/signals';

/** Frames that are drawn are so far apart at least. */
const APART_MS = 100;

/** Gathers wishes to draw. */
export class Drawing {
  readonly #turn = signal(0);
  #isAsked = false;
  #drawnAt = 0;

  /** Changes at each drawing. */
  get turn(): ReadonlySignal<number> {
    return this.#turn;
  }

  /** Draws at one of the next frames. */
  soon(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame(this.#onFrame);
  }

  /** Draws at once. */
  now(): void {
    this.#drawnAt = performance.now();
    this.#turn.value++;
  }

  readonly #onFrame = (): void => {
    if (performance.now() - this.#drawnAt < APART_MS) {
      requestAnimationFrame(this.#onFrame);
      return;
    }
    this.#isAsked = false;
    this.now();
  };
}
