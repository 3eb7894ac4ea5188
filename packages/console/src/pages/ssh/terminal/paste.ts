// What goes to a terminal from the clipboard: without control characters, which a page that was copied from may have hidden in it.

/** More is refused: a shell is no way to send files. */
export const MAX_PASTE = 1_000_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** A text to be pasted. */
export interface Paste {
  readonly text: string;
  /** A line break at the end counts as one more: the shell would run what stands before it. */
  readonly lines: number;
  /** How many control characters were taken out. */
  readonly removed: number;
  readonly isTooLong: boolean;
}

/** Reads what the clipboard holds. */
export function readPaste(clipboard: string): Paste {
  const whole = clipboard.replace(/\r\n?/g, '\n');
  const text = whole.replace(CONTROLS, '');
  const removed = whole.length - text.length;
  return { text, lines: text.split('\n').length, removed, isTooLong: text.length > MAX_PASTE };
}
