// Finds what a client asks a mail server for, in any pieces: commands, chunks, and the end of a message. It keeps no content.

/** What a reply is owed for. `message`: the end of what was sent behind DATA. */
export type Asked = 'MAIL' | 'RCPT' | 'DATA' | 'message' | 'BDAT' | 'BDAT LAST' | 'RSET' | 'NOOP' | 'VRFY';

const CR = 0x0d;
const LF = 0x0a;
/** RFC 5321 section 4.1.1.4: what ends the message. The line end in front of the dot may be that of DATA. */
const MESSAGE_END = [CR, LF, 0x2e, CR, LF];
/** As much of a line is read: more than any that this client writes. A longer one is no command of a borrower. */
const MAX_LINE_BYTES = 4_096;
const VERBS: ReadonlySet<string> = /* @__PURE__ */ new Set(['MAIL', 'RCPT', 'DATA', 'RSET', 'NOOP', 'VRFY']);
/** RFC 3030 section 2. */
const BDAT = /^BDAT (\d{1,15})( LAST)?\r$/i;

/**
 * Is told of each command.
 * @param asked What it asks for; `undefined` for what a borrower may not send.
 * @param line All of it, without its line end; empty for `message`.
 */
type OnAsked = (asked: Asked | undefined, line: string) => void;

/** A position in what a client sends. */
export class CommandStream {
  readonly #onAsked: OnAsked;
  /** `waiting`: DATA was sent, and its reply says what comes next. */
  #place: 'command' | 'waiting' | 'message' | 'chunk' = 'command';
  /** The beginning of a line whose end has not come. */
  #line = '';
  /** Whether the line's last byte so far is a CR. */
  #endsInCr = false;
  #lineBytes = 0;
  /** How much of `MESSAGE_END` has come. */
  #matched = 0;
  /** Bytes of a chunk that are still to come. */
  #left = 0;

  constructor(onAsked: OnAsked) {
    this.#onAsked = onAsked;
  }

  /** Whether the next byte begins a command. */
  get isBetweenCommands(): boolean {
    return this.#place === 'command' && this.#lineBytes === 0;
  }

  /** Whether content comes next: the rest of a message or of a chunk. */
  get isInContent(): boolean {
    return this.#place === 'message' || this.#place === 'chunk';
  }

  /** Takes what the client sends. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#place === 'command') at = this.#takeLine(bytes, at);
      else if (this.#place === 'message') at = this.#takeMessage(bytes, at);
      else if (this.#place === 'chunk') at = this.#takeChunk(bytes, at);
      else {
        // RFC 2920 section 3.1: DATA is the last of its group, since its reply decides what the next bytes are.
        this.#onAsked(undefined, '');
        return;
      }
    }
  }

  /** The reply to DATA has come. @param isAccepted Whether the message comes next. */
  answerData(isAccepted: boolean): void {
    this.#place = isAccepted ? 'message' : 'command';
    this.#matched = 2;
  }

  #takeLine(bytes: Uint8Array, from: number): number {
    const lf = bytes.indexOf(LF, from);
    const end = lf < 0 ? bytes.length : lf;
    const shown = bytes.subarray(from, Math.min(end, from + MAX_LINE_BYTES - this.#line.length));
    this.#line += String.fromCharCode(...shown);
    if (end > from) this.#endsInCr = bytes[end - 1] === CR;
    this.#lineBytes += end - from;
    if (lf < 0) return end;
    this.#endLine();
    return end + 1;
  }

  #endLine(): void {
    const line = this.#line;
    // Servers do not agree on whether a LF alone ends a line.
    const isLine = this.#endsInCr && this.#lineBytes <= MAX_LINE_BYTES;
    this.#line = '';
    this.#endsInCr = false;
    this.#lineBytes = 0;
    const verb = line.slice(0, 4).toUpperCase();
    const [, size, last] = BDAT.exec(line) ?? [];
    if (isLine && size !== undefined) {
      this.#left = Number(size);
      this.#place = this.#left > 0 ? 'chunk' : 'command';
      this.#onAsked(last === undefined ? 'BDAT' : 'BDAT LAST', line);
    } else if (isLine && VERBS.has(verb) && /^.{4}[ \r]/.test(line)) {
      if (verb === 'DATA') this.#place = 'waiting';
      this.#onAsked(verb as Asked, line);
    } else this.#onAsked(undefined, line);
  }

  #takeMessage(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      if (this.#matched === 0) {
        at = bytes.indexOf(CR, at);
        if (at < 0) return bytes.length;
      }
      const byte = bytes[at];
      if (byte === MESSAGE_END[this.#matched]) this.#matched += 1;
      else this.#matched = byte === CR ? 1 : 0;
      if (this.#matched < MESSAGE_END.length) continue;
      this.#place = 'command';
      this.#onAsked('message', '');
      return at + 1;
    }
    return bytes.length;
  }

  #takeChunk(bytes: Uint8Array, from: number): number {
    const taken = Math.min(this.#left, bytes.length - from);
    this.#left -= taken;
    if (this.#left === 0) this.#place = 'command';
    return from + taken;
  }
}
