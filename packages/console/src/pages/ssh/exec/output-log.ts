// The output of a command as lines, each of one stream. It keeps the last ones.

/** Which of a command's two streams. */
export type OutputStream = 'stdout' | 'stderr';

/** A line of output. */
export interface OutputLine {
  readonly stream: OutputStream;
  readonly text: string;
}

/** More lines drop the first ones. */
const MAX_LINES = 100_000;
/** A longer line is cut into several. */
const MAX_LINE_LENGTH = 10_000;
/** So many are dropped at once. */
const DROPPED_AT_ONCE = 10_000;

/** Both streams in the order in which they came. */
export class OutputLog {
  readonly #lines: OutputLine[] = [];
  /** The index of each stream's line that has not ended. */
  readonly #open: { stdout: number | undefined; stderr: number | undefined } = {
    stdout: undefined,
    stderr: undefined,
  };
  #dropped = 0;

  get lines(): readonly OutputLine[] {
    return this.#lines;
  }

  /** How many lines at the beginning are not kept any more. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds what came on a stream. */
  add(stream: OutputStream, data: string): void {
    const pieces = data.split('\n');
    const last = pieces.length - 1;
    pieces.forEach((piece, i) => {
      if (i < last) this.#append(stream, piece.replace(/\r$/, ''), true);
      else if (piece !== '') this.#append(stream, piece, false);
    });
    this.#drop();
  }

  /** What is kept of a stream, or of both, as text. */
  text(stream?: OutputStream): string {
    return this.#lines
      .filter((line) => stream === undefined || line.stream === stream)
      .map(({ text }) => `${text}\n`)
      .join('');
  }

  #append(stream: OutputStream, text: string, isEnded: boolean): void {
    const at = this.#open[stream];
    const whole = (at === undefined ? '' : (this.#lines[at]?.text ?? '')) + text;
    const index = at ?? this.#lines.length;
    this.#lines[index] = { stream, text: whole.slice(0, MAX_LINE_LENGTH) };
    for (let from = MAX_LINE_LENGTH; from < whole.length; from += MAX_LINE_LENGTH)
      this.#lines.push({ stream, text: whole.slice(from, from + MAX_LINE_LENGTH) });
    const end = whole.length > MAX_LINE_LENGTH ? this.#lines.length - 1 : index;
    this.#open[stream] = isEnded ? undefined : end;
  }

  #drop(): void {
    if (this.#lines.length <= MAX_LINES) return;
    const count = this.#lines.length - MAX_LINES + DROPPED_AT_ONCE;
    this.#lines.splice(0, count);
    this.#dropped += count;
    for (const stream of ['stdout', 'stderr'] as const) {
      const at = this.#open[stream];
      this.#open[stream] = at === undefined || at < count ? undefined : at - count;
    }
  }
}
