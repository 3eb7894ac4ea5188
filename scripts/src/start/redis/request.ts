// Bytes to commands: arrays of bulk strings, and inline commands as telnet sends them. It runs none of them.

const MAX_ARGUMENTS = 1 << 20;
const MAX_ARGUMENT_BYTES = 64 << 20;
const MAX_BUFFERED_BYTES = 128 << 20;
const MAX_LINE_BYTES = 64 << 10;

/** The peer does not speak RESP, or asks for more than the limits allow. The connection must end. */
export class ProtocolError extends Error {}

/** Splits a stream into commands. Arguments are latin1 strings: one unit is one byte. */
export class RequestParser {
  #buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #held = 0;
  /** Below this many bytes no command can be complete, so that a large value is joined once. */
  #needed = 0;

  /**
   * Takes a chunk; returns the commands it completes.
   * @throws ProtocolError when the stream is not RESP or too large.
   */
  push(chunk: Buffer): string[][] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held > MAX_BUFFERED_BYTES) throw new ProtocolError('Protocol error: request too large');
    if (this.#held < this.#needed) return [];
    this.#buffer = Buffer.concat(this.#chunks);
    const commands: string[][] = [];
    let at = 0;
    for (;;) {
      const next = this.#command(at);
      if (!next) break;
      at = next.end;
      if (next.args.length) commands.push(next.args);
    }
    const rest = this.#buffer.subarray(at);
    this.#chunks = rest.length ? [rest] : [];
    this.#held = rest.length;
    this.#needed = Math.max(0, this.#needed - at);
    return commands;
  }

  #command(from: number): { args: string[]; end: number } | undefined {
    const head = this.#line(from);
    if (!head) return undefined;
    if (!head.text.startsWith('*')) return { args: head.text.split(/\s+/).filter(Boolean), end: head.end };
    const count = length(head.text, 'multibulk', MAX_ARGUMENTS);
    const args: string[] = [];
    let at = head.end;
    while (args.length < count) {
      const size = this.#line(at);
      if (!size) return undefined;
      if (!size.text.startsWith('$'))
        throw new ProtocolError(`Protocol error: expected '$', got '${size.text[0]}'`);
      const end = size.end + length(size.text, 'bulk', MAX_ARGUMENT_BYTES);
      if (this.#buffer.length < end + 2) {
        this.#needed = end + 2;
        return undefined;
      }
      args.push(this.#buffer.toString('latin1', size.end, end));
      at = end + 2;
    }
    return { args, end: at };
  }

  #line(from: number): { text: string; end: number } | undefined {
    const end = this.#buffer.indexOf(10, from);
    if ((end < 0 ? this.#buffer.length : end) - from > MAX_LINE_BYTES) {
      throw new ProtocolError('Protocol error: too big inline request');
    }
    if (end < 0) return undefined;
    return { text: this.#buffer.toString('latin1', from, end).trimEnd(), end: end + 1 };
  }
}

function length(line: string, what: string, max: number): number {
  const value = /^.\d{1,10}$/.test(line) ? Number(line.slice(1)) : -1;
  if (value < 0 || value > max) throw new ProtocolError(`Protocol error: invalid ${what} length`);
  return value;
}
