// Replies out of the bytes of RESP2 (https://redis.io/docs/latest/develop/reference/protocol-spec/), whole ones only.
import type { Reply } from './reply.ts';

const CR = 0x0d;
const text = new TextDecoder();

/** The replies that stand one behind the other. @throws Error where the last one is not whole, or none of RESP2. */
export function decodeReplies(bytes: Uint8Array): Reply[] {
  const reader = new Reader(bytes);
  const replies: Reply[] = [];
  while (!reader.isAtEnd) replies.push(reader.reply());
  return replies;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  reply(): Reply {
    const line = this.#line();
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
        return { type: 'status', text: rest };
      case '-':
        return { type: 'error', text: rest };
      case ':':
        return { type: 'integer', text: rest };
      case '$':
        return rest === '-1' ? { type: 'nil' } : { type: 'bulk', bytes: this.#take(Number(rest)) };
      case '*':
        return rest === '-1' ? { type: 'nil' } : { type: 'array', items: this.#items(Number(rest)) };
      default:
        throw new Error('The gateway’s answer is no RESP2');
    }
  }

  #items(count: number): Reply[] {
    const items: Reply[] = [];
    for (let i = 0; i < count; i++) items.push(this.reply());
    return items;
  }

  #line(): string {
    const end = this.#bytes.indexOf(CR, this.#at);
    if (end < 0 || end + 2 > this.#bytes.length) throw broken();
    const line = text.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 2;
    return line;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (!Number.isInteger(length) || end + 2 > this.#bytes.length) throw broken();
    const taken = this.#bytes.slice(this.#at, end);
    this.#at = end + 2;
    return taken;
  }
}

const broken = () => new Error('The gateway’s answer broke off');
