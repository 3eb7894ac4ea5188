// Finds what a client asks a mail server for, in any pieces: commands, chunks, and the end of a message. It keeps no content.

/** What a reply is owed for. `message`: the end of what was sent behind DATA. */
export type Asked = 'MAIL' | 'RCPT' | 'DATA' | 'message' | 'BDAT' | 'BDAT LAST' | 'RSET' | 'NOOP' | 'VRFY';

const CR = 0x0d;
const LF = 0x0a;
/** RFC 5321 section 4.1.1.4: what ends the message. The line end in front of the dot may be that of DATA. */
const MESSAGE_END = [CR, LF, 0x2e, CR, LF];
/** As much of a line is looked at: enough for each verb, and for all of BDAT. */
const MAX_HEAD_BYTES = 40;
const VERBS: ReadonlySet<string> = /* @__PURE__ */ new Set(['MAIL', 'RCPT', 'DATA', 'RSET', 'NOOP', 'VRFY']);
/** RFC 3030 section 2. */
const BDAT = /^BDAT (\d{1,15})( LAST)?\r$/i;

/** A position in what a client sends. */
export class CommandStream {
  readonly #onAsked: (asked: Asked | undefined) => void;
  /** `waiting`: DATA was sent, and its reply says what comes next. */
  #place: 'command' | 'waiting' | 'message' | 'chunk' = 'command';
  /** The beginning of a line whose end has not come. */
  #head = '';
  /** Whether the line's last byte so far is a CR. */
  #endsInCr = false;
  #lineBytes = 0;
  /** How much of `MESSAGE_END` has come. */
  #matched = 0;
  /** Bytes of a chunk that are still to come. */
  #left = 0;

  /** @param onAsked Called for each command with what it asks for; `undefined` for what a borrower may not send. */
  constructor(onAsked: (asked: Asked | undefined) => void) {
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
        this.#onAsked(undefined);
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
    const shown = bytes.subarray(from, Math.min(end, from + MAX_HEAD_BYTES - this.#head.length));
    this.#head += String.fromCharCode(...shown);
    if (end > from) this.#endsInCr = bytes[end - 1] === CR;
    this.#lineBytes += end - from;
    if (lf < 0) return end;
    this.#endLine();
    return end + 1;
  }

  #endLine(): void {
    const head = this.#head;
    // Servers do not agree on whether a LF alone ends a line.
    const isLine = this.#endsInCr;
    this.#head = '';
    this.#endsInCr = false;
    this.#lineBytes = 0;
    const verb = head.slice(0, 4).toUpperCase();
    const [, size, last] = BDAT.exec(head) ?? [];
    if (isLine && size !== undefined) {
      this.#left = Number(size);
      this.#place = this.#left > 0 ? 'chunk' : 'command';
      this.#onAsked(last === undefined ? 'BDAT' : 'BDAT LAST');
    } else if (isLine && VERBS.has(verb) && /^.{4}[ \r]/.test(head)) {
      if (verb === 'DATA') this.#place = 'waiting';
      this.#onAsked(verb as Asked);
    } else this.#onAsked(undefined);
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
      this.#onAsked('message');
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
