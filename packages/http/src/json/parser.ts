// JSON texts from outside, in one pass: it keeps every number's digits, and refuses members of one name, depth beyond a
// limit and halves of surrogate pairs, none of which JSON.parse can.
import { readNumber } from './number.ts';

/** Why a text was refused. */
export type JsonFaultKind = 'syntax' | 'depth' | 'duplicate' | 'surrogate';

/** A refusal, for who asked to turn into words. It quotes nothing but names of members, in `path`. */
export class JsonFault extends Error {
  readonly kind: JsonFaultKind;
  /** In UTF-16 units, from 0. */
  readonly position: number;
  /** Where it stands: names and indices, from the outermost. */
  readonly path: readonly (string | number)[];

  constructor(kind: JsonFaultKind, position: number, path: readonly (string | number)[]) {
    super(`JSON: ${kind} at position ${position}`);
    this.kind = kind;
    this.position = position;
    this.path = path;
  }
}

/** An array or object of a document, and its own text there: for what goes on as JSON, not a character changed. */
export class JsonPart {
  /** Within an array further parts. */
  readonly value: unknown;
  readonly text: string;

  constructor(value: unknown, text: string) {
    this.value = value;
    this.text = text;
  }
}

/** How a text is read. */
export interface JsonReading {
  /** Deepest nesting of arrays and objects. */
  readonly maxDepth: number;
  /**
   * A member's name. Arrays and objects that stand in its value come as `JsonPart`, those within arrays as well, those
   * within objects not. Default: none.
   */
  readonly partsIn?: string | undefined;
}

/** Where the reading is: outside the named member (`seek`), its value itself, what comes as parts, what stands in those. */
type Place = 'seek' | 'value' | 'part' | 'within';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS: readonly (readonly [text: string, value: boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** Control characters stand in no string (RFC 8259 section 7). */
const FIRST_PRINTABLE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * The document's value: as of JSON.parse, but that a number which JavaScript would round is a `JsonNumber`. Takes time
 * linear in the text's length.
 * @throws JsonFault
 */
export function parseJson(text: string, reading: JsonReading): unknown {
  return new Parser(text, reading).document();
}

class Parser {
  readonly #text: string;
  readonly #reading: JsonReading;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, reading: JsonReading) {
    this.#text = text;
    this.#reading = reading;
  }

  document(): unknown {
    const value = this.#value(0, 'seek');
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#fault('syntax', 0);
    return value;
  }

  #value(depth: number, place: Place): unknown {
    const start = this.#skipSpace();
    const code = this.#text.charCodeAt(start);
    if (code === QUOTE) return this.#string(depth);
    if (code !== OPEN_ARRAY && code !== OPEN_OBJECT) return this.#scalar(depth);
    if (depth >= this.#reading.maxDepth) throw this.#fault('depth', depth);
    this.#at++;
    const value = code === OPEN_ARRAY ? this.#array(depth, itemPlace(place)) : this.#object(depth, place);
    return place === 'part' ? new JsonPart(value, this.#text.slice(start, this.#at)) : value;
  }

  #array(depth: number, place: Place): unknown[] {
    const items: unknown[] = [];
    if (this.#takes(CLOSE_ARRAY)) return items;
    for (;;) {
      this.#path[depth] = items.length;
      items.push(this.#value(depth + 1, place));
      if (this.#takes(COMMA)) continue;
      if (this.#takes(CLOSE_ARRAY)) return items;
      throw this.#fault('syntax', depth);
    }
  }

  #object(depth: number, place: Place): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    if (this.#takes(CLOSE_OBJECT)) return members;
    for (;;) {
      if (this.#text.charCodeAt(this.#skipSpace()) !== QUOTE) throw this.#fault('syntax', depth);
      const position = this.#at;
      const name = this.#string(depth);
      this.#path[depth] = name;
      if (Object.hasOwn(members, name)) throw this.#fault('duplicate', depth + 1, position);
      if (!this.#takes(COLON)) throw this.#fault('syntax', depth + 1);
      const isNamed = place === 'seek' && name === this.#reading.partsIn;
      addMember(members, name, this.#value(depth + 1, isNamed ? 'value' : memberPlace(place)));
      if (this.#takes(COMMA)) continue;
      if (this.#takes(CLOSE_OBJECT)) return members;
      throw this.#fault('syntax', depth);
    }
  }

  #string(depth: number): string {
    const start = this.#at;
    let isPlain = true;
    let at = start + 1;
    for (; ; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        isPlain = false;
        at++;
      } else if (!(code >= FIRST_PRINTABLE)) {
        // A control character, or NaN behind the end.
        throw this.#fault('syntax', depth, Math.min(at, this.#text.length));
      }
    }
    this.#at = at + 1;
    return isPlain ? this.#text.slice(start + 1, at) : this.#unescaped(start, depth);
  }

  /** The engine knows the escapes. Only they can bring in half a surrogate pair: the bytes were UTF-8. */
  #unescaped(start: number, depth: number): string {
    let text: string;
    try {
      text = JSON.parse(this.#text.slice(start, this.#at));
    } catch {
      throw this.#fault('syntax', depth, start);
    }
    if (!text.isWellFormed()) throw this.#fault('surrogate', depth, start);
    return text;
  }

  #scalar(depth: number): unknown {
    for (const [text, value] of LITERALS) {
      if (!this.#text.startsWith(text, this.#at)) continue;
      this.#at += text.length;
      return value;
    }
    NUMBER.lastIndex = this.#at;
    if (!NUMBER.test(this.#text)) throw this.#fault('syntax', depth);
    const start = this.#at;
    this.#at = NUMBER.lastIndex;
    return readNumber(this.#text.slice(start, this.#at));
  }

  /** Whether this character comes next, behind white space; then it is taken. */
  #takes(code: number): boolean {
    if (this.#text.charCodeAt(this.#skipSpace()) !== code) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): number {
    let at = this.#at;
    for (; ; at++) {
      const code = this.#text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
    }
    this.#at = at;
    return at;
  }

  #fault(kind: JsonFaultKind, depth: number, position = this.#at): JsonFault {
    return new JsonFault(kind, position, this.#path.slice(0, depth));
  }
}

function itemPlace(place: Place): Place {
  return place === 'value' ? 'part' : place;
}

function memberPlace(place: Place): Place {
  return place === 'part' ? 'within' : itemPlace(place);
}

/** A member named `__proto__` is one like any other. */
function addMember(members: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') members[name] = value;
  else Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}
