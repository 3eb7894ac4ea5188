// Documents as people type them, read into extended JSON: JSON, with names that need no quotes, single quotes, a comma behind the
// last member, and the shell's `ObjectId("...")` and its kin. It evaluates nothing.
import { isCall, readCall } from './shell-calls.ts';

/** What cannot be read, and where: offsets into the text. */
export interface Fault {
  readonly message: string;
  readonly from: number;
  readonly to: number;
}

/** A text that was read, or its first fault. */
export type Read<T> = { readonly value: T } | { readonly fault: Fault };

/** A document: names and values, the types that JSON lacks as extended JSON. */
export type EjsonDocument = Record<string, unknown>;

const MAX_DEPTH = 100;
const SPACE = /\s/;
const NAME = /[\p{L}\p{N}_$]/u;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '/': '/',
  '\\': '\\',
  '"': '"',
  "'": "'",
};
const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;

/** Reads a value. */
export function readEjson(text: string): Read<unknown> {
  try {
    return { value: new Reader(text).whole() };
  } catch (error) {
    if (error instanceof FaultError) return { fault: error.fault };
    throw error;
  }
}

/** Reads a document. A text of nothing but spaces is one without members. */
export function readDocument(text: string): Read<EjsonDocument> {
  if (text.trim() === '') return { value: {} };
  const read = readEjson(text);
  if ('fault' in read) return read;
  const { value } = read;
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { value: value as EjsonDocument };
  return { fault: { message: 'This has to be a document: { ... }.', from: 0, to: text.length } };
}

class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const value = this.#value();
    this.#skip();
    if (this.#at < this.#text.length)
      this.#fail('Something stands behind the end.', this.#at, this.#text.length);
    return value;
  }

  #value(): unknown {
    const sign = this.#peek();
    if (sign === '{') return this.#nested(() => this.#document());
    if (sign === '[') return this.#nested(() => this.#list());
    if (sign === '"' || sign === "'") return this.#string(sign);
    if (sign === '-' || (sign !== undefined && /\d/.test(sign))) return this.#number();
    return this.#word();
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail(`This is nested deeper than ${MAX_DEPTH} levels.`);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #document(): EjsonDocument {
    const document: EjsonDocument = {};
    this.#at += 1;
    while (this.#peek() !== '}') {
      const from = this.#at;
      const name = this.#name();
      if (Object.hasOwn(document, name))
        this.#fail(`The name ${JSON.stringify(name)} stands here twice.`, from);
      if (this.#peek() !== ':') this.#fail('A colon is missing behind the name.');
      this.#at += 1;
      // Also for `__proto__`, which is a name like any other.
      const value = this.#value();
      Object.defineProperty(document, name, { value, enumerable: true, configurable: true, writable: true });
      this.#comma('}');
    }
    this.#at += 1;
    return document;
  }

  #list(): unknown[] {
    const list: unknown[] = [];
    this.#at += 1;
    while (this.#peek() !== ']') {
      list.push(this.#value());
      this.#comma(']');
    }
    this.#at += 1;
    return list;
  }

  /** What stands between two members, or behind the last. */
  #comma(end: string): void {
    const sign = this.#peek();
    if (sign === ',') this.#at += 1;
    else if (sign !== end) this.#fail(`A comma or ${end} is missing.`);
  }

  #name(): string {
    const sign = this.#peek();
    if (sign === '"' || sign === "'") return this.#string(sign);
    const name = this.#letters();
    if (name === '') this.#fail('A name is missing: "name", or name.');
    return name;
  }

  #letters(): string {
    const from = this.#at;
    while (this.#at < this.#text.length && NAME.test(this.#text.charAt(this.#at))) this.#at += 1;
    return this.#text.slice(from, this.#at);
  }

  #word(): unknown {
    const from = this.#at;
    let word = this.#letters();
    if (word === 'new') {
      this.#skip();
      word = this.#letters();
    }
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    if (word === '') this.#fail('A value is missing.');
    if (!isCall(word)) this.#fail(`${word} is no value here. Texts need quotes.`, from);
    return this.#call(word, from);
  }

  #call(name: string, from: number): unknown {
    if (this.#peek() !== '(') this.#fail(`( is missing behind ${name}.`);
    this.#at += 1;
    const given: unknown[] = [];
    while (this.#peek() !== ')') {
      given.push(this.#value());
      this.#comma(')');
    }
    this.#at += 1;
    const value = readCall(name, given);
    if (value === undefined) this.#fail(`${name} cannot be made of that.`, from);
    return value;
  }

  #number(): unknown {
    const from = this.#at;
    while (/[\w.+-]/.test(this.#text.charAt(this.#at))) this.#at += 1;
    const digits = this.#text.slice(from, this.#at);
    if (!NUMBER.test(digits)) this.#fail(`${digits} is not a number.`, from);
    const value = Number(digits);
    if (/[.eE]/.test(digits)) return Number.isInteger(value) ? { $numberDouble: digits } : value;
    if (Number.isSafeInteger(value)) return value;
    const whole = BigInt(digits);
    if (whole > MAX_INT64 || whole < -MAX_INT64 - 1n)
      this.#fail('No int64 holds this number. Write {"$numberDecimal": "..."}.', from);
    return { $numberLong: digits };
  }

  #string(quote: string): string {
    const from = this.#at;
    this.#at += 1;
    let value = '';
    for (;;) {
      const sign = this.#text.charAt(this.#at);
      if (sign === '' || sign === '\n') this.#fail('This text has no end: a quote is missing.', from);
      this.#at += 1;
      if (sign === quote) return value;
      value += sign === '\\' ? this.#escape() : sign;
    }
  }

  #escape(): string {
    const from = this.#at - 1;
    const sign = this.#text.charAt(this.#at);
    this.#at += 1;
    const known = ESCAPES[sign];
    if (known !== undefined) return known;
    const hex = this.#text.slice(this.#at, this.#at + 4);
    if (sign !== 'u' || !/^[\da-f]{4}$/i.test(hex))
      this.#fail('This backslash begins nothing that is known.', from);
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #skip(): void {
    while (SPACE.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  /** The next sign that is no space; undefined at the end. */
  #peek(): string | undefined {
    this.#skip();
    if (this.#at < this.#text.length) return this.#text.charAt(this.#at);
    return undefined;
  }

  #fail(message: string, from = this.#at, to = Math.max(this.#at, from + 1)): never {
    const start = Math.min(from, this.#text.length);
    throw new FaultError({ message, from: start, to: Math.min(to, this.#text.length) });
  }
}
