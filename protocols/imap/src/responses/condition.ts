// Reads what follows OK, NO, BAD, PREAUTH and BYE: a code in brackets with its data, and a text (RFC 9051 section 7.1).
import { NumberSet } from '../names/number-set.ts';
import { limitError } from '../wire/errors.ts';
import type { ResponseCode, ResponseText } from './types/response.ts';

type Data = Partial<ResponseCode>;

const number = (text: string): Data => (/^\d{1,10}$/.test(text) ? { number: Number(text) } : {});
const words = (text: string): Data => ({ words: wordsOf(text) });
const set = (text: string): Data => {
  const parsed = NumberSet.parse(text);
  return parsed === undefined ? {} : { set: parsed };
};

/** What is read of each code's argument; nothing where it is malformed. COPYUID is read in `names/copied-uids.ts`, by who copies. */
const CODES: Record<string, (argument: string) => Data> = {
  UIDNEXT: number,
  UIDVALIDITY: number,
  UNSEEN: number,
  APPENDLIMIT: number,
  CAPABILITY: (text) => ({ words: checkCapabilities(wordsOf(text.toUpperCase())) }),
  PERMANENTFLAGS: words,
  BADCHARSET: words,
  MAILBOXID: words,
  MODIFIED: set,
  HIGHESTMODSEQ: (text) => (/^\d{1,20}$/.test(text) ? { modSeq: BigInt(text) } : {}),
  APPENDUID: (text) => {
    const [validity = '', uids = ''] = text.split(' ');
    return { ...number(validity), ...set(uids) };
  },
};

/** More capabilities are no server's (the registry has some 90). */
const MAX_CAPABILITIES = 256;

/** @throws FairleadError `limit` where they are too many. */
export function checkCapabilities(words: readonly string[]): readonly string[] {
  if (words.length > MAX_CAPABILITIES) throw limitError('capabilities', MAX_CAPABILITIES);
  return words;
}

/** Words that may stand in a list, in quotes, or as literals. */
function wordsOf(text: string): string[] {
  return text
    .replace(/~?\{\d+\+?\}\r\n/g, '')
    .split(/[\s()"]+/)
    .filter((word) => word !== '');
}

/** The code and the text of a condition. Flags may hold brackets. A bracket that does not close belongs to the text. */
export function readText(line: string): ResponseText {
  const found = /^\[([^\] ]+)(?: ((?:"(?:[^"\\]|\\.)*"|\([^)]*\)|[^\]"(])*))?\] ?/s.exec(line);
  if (found === null) return { code: undefined, text: line };
  const [all, given = '', argument] = found;
  const name = given.toUpperCase();
  const code: ResponseCode = { name, argument, ...CODES[name]?.(argument ?? '') };
  return { code, text: line.slice(all.length) };
}
