// Reads a FETCH response (RFC 9051 section 7.5.2) item by item, so that a body can be handed out in the middle of it.
import { decodeMailboxName } from '../../names/utf7.ts';
import { limitError } from '../../wire/errors.ts';
import type { Scanner } from '../../wire/tokens/scanner.ts';
import type { FetchedSection, FetchResponse } from '../types/fetch.ts';
import { readBodyStructure } from './body-structure.ts';
import { parseDate } from './date-time.ts';
import { readEnvelope } from './envelope.ts';

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type Fetched = Mutable<FetchResponse>;

/** Body sections in one response. */
const MAX_SECTIONS = 4_096;
const OPEN_BRACKET = 0x5b;

const single = (scanner: Scanner) =>
  scanner.isAtList ? scanner.list(() => scanner.text())[0] : scanner.text();
const label = (scanner: Scanner) => decodeMailboxName(scanner.text() ?? '');

const date = (scanner: Scanner) => parseDate(scanner.text());
const bigint = (scanner: Scanner) => scanner.bigint();
const structure = (scanner: Scanner) => scanner.attempt(readBodyStructure);

/** How each item that has no section is read, and where it goes. */
const ITEMS: Record<string, readonly [keyof Fetched, (scanner: Scanner) => unknown]> = {
  UID: ['uid', (scanner) => scanner.number()],
  FLAGS: ['flags', (scanner) => scanner.texts()],
  INTERNALDATE: ['internalDate', date],
  'RFC822.SIZE': ['size', (scanner) => scanner.number()],
  ENVELOPE: ['envelope', (scanner) => scanner.attempt(readEnvelope)],
  BODYSTRUCTURE: ['structure', structure],
  BODY: ['structure', structure],
  MODSEQ: ['modSeq', (scanner) => (scanner.isAtList ? scanner.list(bigint)[0] : scanner.bigint())],
  EMAILID: ['emailId', single],
  THREADID: ['threadId', (scanner) => single(scanner) ?? null],
  SAVEDATE: ['saveDate', (scanner) => date(scanner) ?? null],
  PREVIEW: ['preview', (scanner) => scanner.text() ?? null],
  'X-GM-MSGID': ['gmailMessageId', bigint],
  'X-GM-THRID': ['gmailThreadId', bigint],
  'X-GM-LABELS': ['gmailLabels', (scanner) => scanner.list(label)],
};

/** The old names of whole sections (RFC 3501 section 7.4.2). */
const OLD_SECTIONS: Record<string, string> = { RFC822: '', 'RFC822.HEADER': 'HEADER', 'RFC822.TEXT': 'TEXT' };

/** One FETCH response in the making. */
export class FetchReader {
  readonly response: Fetched;
  readonly #sections: FetchedSection[] = [];
  #isOpen = false;

  constructor(sequence: number) {
    this.response = { type: 'fetch', sequence, sections: this.#sections };
  }

  /**
   * Reads on to the end, or to a body whose bytes are not held, which it returns.
   * @throws INCOMPLETE where a partial response ends elsewhere; then nothing was read.
   */
  read(scanner: Scanner): FetchedSection | undefined {
    const isOpen = this.#isOpen;
    const sections = this.#sections.length;
    try {
      return this.#read(scanner);
    } catch (cause) {
      this.#isOpen = isOpen;
      this.#sections.length = sections;
      throw cause;
    }
  }

  #read(scanner: Scanner): FetchedSection | undefined {
    scanner.spaces();
    if (!this.#isOpen && !scanner.take(0x28)) throw scanner.bad();
    this.#isOpen = true;
    while (!this.#isEnd(scanner)) {
      const name = scanner.name(OPEN_BRACKET);
      const body = scanner.take(OPEN_BRACKET) ? this.#section(name, scanner) : this.#item(name, scanner);
      if (body !== undefined) return body;
    }
    return undefined;
  }

  /** The list was entered by another scanner where a body was handed out, so its end is looked for here. */
  #isEnd(scanner: Scanner): boolean {
    scanner.spaces();
    if (scanner.isAtEnd) throw scanner.bad();
    return scanner.take(0x29);
  }

  #item(name: string, scanner: Scanner): FetchedSection | undefined {
    const old = OLD_SECTIONS[name];
    if (old !== undefined) return this.#value(scanner, old, false, undefined);
    const [key, read] = ITEMS[name] ?? [];
    if (key === undefined || read === undefined) scanner.skip();
    // Each reader gives what its item is declared as.
    else {
      (this.response as Record<string, unknown>)[key] = read(scanner);
      if (!/^(uid|flags|modSeq)$/.test(key)) this.response.hasContent = true;
    }
    return undefined;
  }

  #section(name: string, scanner: Scanner): FetchedSection | undefined {
    const section = scanner.section();
    if (name !== 'BODY' && name !== 'BINARY') {
      scanner.skip();
      return undefined;
    }
    let origin: number | undefined;
    if (scanner.peek() === 0x3c) {
      origin = Number(/^<(\d{1,15})>$/.exec(scanner.word())?.[1] ?? Number.NaN);
      if (Number.isNaN(origin)) throw scanner.bad();
    }
    return this.#value(scanner, section, name === 'BINARY', origin);
  }

  #value(scanner: Scanner, section: string, isBinary: boolean, origin: number | undefined) {
    if (this.#sections.length >= MAX_SECTIONS) throw limitError('body sections', MAX_SECTIONS);
    scanner.spaces();
    const isStreamed = scanner.takeLastLiteral();
    const bytes = isStreamed ? undefined : scanner.bytes();
    const fetched = { section, isBinary, origin, bytes, isStreamed };
    this.#sections.push(fetched);
    this.response.hasContent = true;
    return isStreamed ? fetched : undefined;
  }
}
