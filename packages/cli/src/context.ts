// What a command sees of the process that runs it, so that tests can bring their own: types only.

/** A stream that text is written to: standard output or standard error. */
interface TextStream {
  write(text: string): unknown;
  /** True for a terminal. */
  readonly isTTY?: boolean | undefined;
}

/** The process around a command. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths begin at. */
  readonly cwd: string;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Fires at Ctrl-C, and when the process is told to end. */
  readonly signal: AbortSignal;
}
