// Replies to RESP2 or RESP3 bytes. Strings hold one byte per unit (latin1), so that values stay binary-safe.

/** An error reply; its message begins with the prefix, as in `WRONGTYPE ...`. */
export class CommandError extends Error {}

/** `+OK` and its like. */
export class Simple {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A floating-point number: `,1.5` in RESP3, a bulk string in RESP2. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Out of band in RESP3; in RESP2 an array like any other. */
export class Push {
  readonly items: readonly Reply[];
  constructor(items: readonly Reply[]) {
    this.items = items;
  }
}

/** No array: `*-1` in RESP2, as nothing at all in RESP3. */
class NullArray {
  readonly isNullArray = true;
}

/** Members with scores, fields with values: one flat array in RESP2, an array of arrays of two in RESP3. */
export class Pairs {
  readonly entries: readonly (readonly [Reply, Reply])[];
  constructor(entries: readonly (readonly [Reply, Reply])[]) {
    this.entries = entries;
  }
}

/** What was read from several streams: an array of arrays of two in RESP2, a map in RESP3. */
export class ByKey {
  readonly entries: readonly (readonly [string, Reply])[];
  constructor(entries: readonly (readonly [string, Reply])[]) {
    this.entries = entries;
  }
}

/** What a command answers. A string is a bulk string, a number an integer. */
export type Reply =
  | string
  | number
  | null
  | Simple
  | Double
  | CommandError
  | Push
  | Pairs
  | ByKey
  | NullArray
  | readonly Reply[]
  | ReadonlyMap<string, Reply>
  | ReadonlySet<string>;

/** `+OK` */
export const OK = new Simple('OK');

/** See `NullArray`. */
export const NULL_ARRAY = new NullArray();

/** Redis' text of a floating-point number. */
export function numeral(value: number): string {
  if (value === Infinity) return 'inf';
  return value === -Infinity ? '-inf' : String(value);
}

/** One reply as the text of its bytes (latin1). */
export function encodeReply(reply: Reply, protocol: 2 | 3): string {
  if (reply === null) return protocol === 3 ? '_\r\n' : '$-1\r\n';
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (reply instanceof Simple) return `+${reply.text}\r\n`;
  if (reply instanceof CommandError) return `-${reply.message.replace(/[\r\n]/g, ' ')}\r\n`;
  if (reply instanceof Double) {
    const text = numeral(reply.value);
    return protocol === 3 ? `,${text}\r\n` : encodeReply(text, 2);
  }
  if (reply instanceof NullArray) return protocol === 3 ? '_\r\n' : '*-1\r\n';
  if (reply instanceof Pairs)
    return encodeReply(protocol === 3 ? reply.entries : reply.entries.flat(), protocol);
  if (reply instanceof ByKey)
    return encodeReply(protocol === 3 ? new Map(reply.entries) : reply.entries, protocol);
  if (reply instanceof Map) {
    const items = [...reply].flat() as Reply[];
    return protocol === 3 ? encodeItems('%', reply.size, items, 3) : encodeItems('*', items.length, items, 2);
  }
  if (reply instanceof Set) return encodeItems(protocol === 3 ? '~' : '*', reply.size, [...reply], protocol);
  const push = reply instanceof Push;
  const items = push ? reply.items : (reply as readonly Reply[]);
  return encodeItems(push && protocol === 3 ? '>' : '*', items.length, items, protocol);
}

function encodeItems(type: string, count: number, items: readonly Reply[], protocol: 2 | 3): string {
  return `${type}${count}\r\n${items.map((item) => encodeReply(item, protocol)).join('')}`;
}
