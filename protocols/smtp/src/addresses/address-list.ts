// Parses address lists by the grammar of RFC 5322 section 3.4, without its obsolete forms except dots in names. It gives one
// address for each mailbox, or refuses the list; `mailbox.ts` checks the addresses themselves.
import { decodeWords } from './encoded-words.ts';
import { Scanner } from './scanner.ts';

/** A mailbox as the text has it. */
export interface ParsedMailbox {
  /** The display name, decoded; empty where there is none. */
  readonly name: string;
  readonly address: string;
}

/** A group (`friends: a@x.test, b@x.test;`), which may be empty. */
export interface ParsedGroup {
  readonly group: string;
  readonly members: readonly ParsedMailbox[];
}

/** How a list is to be read. */
export interface ParseOptions {
  /** The field's name, for errors. */
  readonly role: string;
  /**
   * For the fields that name the sender: refuses comments, groups, empty places in the list, and encoded words that hold
   * more than a name. Default false.
   */
  readonly strict?: boolean | undefined;
}

/** A part of a name, or of a local part. */
interface Word {
  readonly kind: 'atom' | 'dot' | 'quoted';
  /** Its text, without quotation marks. */
  readonly value: string;
  readonly raw: string;
  /** Whether white space or a comment stood before it. */
  readonly apart: boolean;
}

/** A decoded name with these could be read as an address by a program that decodes before it parses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const NO_NAME = /[\0-\x1f\x7f<>]/;

/**
 * Reads an unfolded field.
 * @throws FairleadError `usage`.
 */
export function parseAddresses(text: string, options: ParseOptions): (ParsedMailbox | ParsedGroup)[] {
  return new ListParser(text, options).list();
}

class ListParser {
  readonly #scan: Scanner;
  readonly #strict: boolean;

  constructor(text: string, { role, strict = false }: ParseOptions) {
    this.#scan = new Scanner(text, role);
    this.#strict = strict;
  }

  list(): (ParsedMailbox | ParsedGroup)[] {
    const scan = this.#scan;
    const found: (ParsedMailbox | ParsedGroup)[] = [];
    for (;;) {
      const one = this.#entry();
      if (one !== undefined) found.push(one);
      if (scan.next === '') return found;
      if (!scan.take(',')) throw scan.fault('holds something other than addresses with commas between');
    }
  }

  /** A mailbox or a group; `undefined` for an empty place in the list. */
  #entry(): ParsedMailbox | ParsedGroup | undefined {
    const words = this.#words();
    if (this.#scan.next !== ':') return this.#mailbox(words);
    return this.#group(words);
  }

  #group(words: readonly Word[]): ParsedGroup {
    const scan = this.#scan;
    if (this.#strict) throw scan.fault('holds a group, or a route');
    if (words.length === 0) throw scan.fault('holds a ":" without a name');
    scan.take(':');
    const members: ParsedMailbox[] = [];
    for (;;) {
      const one = this.#mailbox(this.#words());
      if (one !== undefined) members.push(one);
      if (scan.take(';')) break;
      if (!scan.take(',')) throw scan.fault('holds a group that does not end with ";"');
    }
    this.#skip();
    return { group: this.#name(words), members };
  }

  #mailbox(words: readonly Word[]): ParsedMailbox | undefined {
    const scan = this.#scan;
    if (scan.take('<')) {
      const address = this.#addrSpec(this.#words());
      if (!scan.take('>')) throw scan.fault('lacks a ">"');
      this.#skip();
      return { name: this.#name(words), address };
    }
    if (words.length === 0 && scan.next !== '@') {
      if (this.#strict) throw scan.fault('has an empty place in its list');
      return undefined;
    }
    scan.comment = undefined;
    const address = this.#addrSpec(words);
    // `user@example.com (Name)`: the old form of a name.
    return { name: scan.comment ?? '', address };
  }

  /** `local@domain`, without white space around the `@`. */
  #addrSpec(words: readonly Word[]): string {
    const scan = this.#scan;
    const local = this.#dotted(words);
    // The one address without a domain (RFC 5321 section 4.5.1).
    if (scan.next !== '@' && words.length === 1 && /^postmaster$/i.test(local)) return local;
    if (local === '' || !scan.take('@')) throw scan.fault('is not a mail address, or not a list of them');
    if (' \t('.includes(scan.next || 'x')) throw scan.fault('holds white space behind an "@"');
    if (scan.next !== '[') return `${local}@${this.#dotted(this.#words())}`;
    const domain = scan.literal();
    this.#skip();
    return `${local}@${domain}`;
  }

  /** Atoms with single dots between, or one quoted string. White space may stand around, not within. */
  #dotted(words: readonly Word[]): string {
    const isQuoted = words.length === 1 && words[0]?.kind === 'quoted';
    let isDotted = words.length % 2 === 1;
    let text = '';
    for (const [i, { kind, raw, apart }] of words.entries()) {
      if (kind !== (i % 2 === 0 ? 'atom' : 'dot') || (i > 0 && apart)) isDotted = false;
      text += raw;
    }
    if (isQuoted || isDotted) return text;
    throw this.#scan.fault('is not a mail address, or not a list of them');
  }

  #words(): Word[] {
    const scan = this.#scan;
    const words: Word[] = [];
    for (;;) {
      const apart = this.#skip();
      const atom = scan.atom();
      if (atom !== '') words.push({ kind: 'atom', value: atom, raw: atom, apart });
      else if (scan.take('.')) words.push({ kind: 'dot', value: '.', raw: '.', apart });
      else if (scan.next === '"') words.push({ kind: 'quoted', ...scan.quoted(), apart });
      else if (apart && scan.next === '@') throw scan.fault('holds white space before an "@"');
      else return words;
    }
  }

  /** A name: runs of atoms are decoded, quoted strings stand for themselves. */
  #name(words: readonly Word[]): string {
    let name = '';
    let run = '';
    const flush = (): void => {
      const decoded = decodeWords(run);
      if (this.#strict && (decoded === undefined || (decoded !== run && NO_NAME.test(decoded)))) {
        throw this.#scan.fault('holds an encoded name that is not a valid name');
      }
      name += decoded ?? run;
      run = '';
    };
    for (const [i, { kind, value, apart }] of words.entries()) {
      const space = apart && i > 0 ? ' ' : '';
      if (kind !== 'quoted') run += `${space}${value}`;
      else {
        flush();
        name += `${space}${value}`;
      }
    }
    flush();
    return name;
  }

  #skip(): boolean {
    return this.#scan.skip(!this.#strict);
  }
}
