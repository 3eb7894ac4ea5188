// Text in header fields (RFC 5322 section 3.2, RFC 2047): as words that may be folded between, encoded where they must
// be. It puts nothing on lines.
import { toBase64 } from '@fairlead/bytes';

/** What a line of an encoded word may have (RFC 2047 section 2), less the space in front and something behind. */
const MAX_WORD = 64;
/** `=?UTF-8?Q?` and `?=`. */
const FRAME = 12;
/** The least room that a word gets on a field's first line. */
const MIN_WORD = 32;
/** Longer words of header fields whose words are for programs stay together nearly up to the longest line. */
const MAX_PLAIN = 900;
/** A word of text for people that is longer is encoded, so that it can be folded. */
const MAX_PLAIN_FOR_PEOPLE = 72;

const PRINTABLE = /^[!-~]+$/;
/** Where text that stays as it is may be folded: not so that white space would stand on a line alone. */
const FOLD = / (?=[!-~])/;
/** What every place for encoded words allows (RFC 2047 section 5, rule 3); a space becomes `_`. */
const SAFE: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9 !*+/-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
/** atext (RFC 5322 section 3.2.3). */
const ATOMS = /^[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*$/;

/**
 * Free text, as for Subject.
 * @param room Characters that the first line has.
 * @param asGiven Whether words that look encoded already stay as they are, and long ones, too. Default false: what is
 *   given is what is read.
 */
export function textWords(text: string, room: number, asGiven = false): string[] {
  if (text === '') return [];
  const given = asGiven && /^[\t -~]*$/.test(text) ? text.split(FOLD) : [];
  if (given.length > 0 && given.every((word) => word.length <= MAX_PLAIN)) return given;
  const words = text.split(' ');
  const maxPlain = asGiven ? MAX_PLAIN : MAX_PLAIN_FOR_PEOPLE;
  const isPlain = (word: string): boolean =>
    word.length <= maxPlain && PRINTABLE.test(word) && (asGiven || !word.includes('=?'));
  const first = words.findIndex((word) => !isPlain(word));
  if (first < 0) return words;
  const last = words.findLastIndex((word) => !isPlain(word));
  // White space beside other white space, or at an end, is safe inside of an encoded word alone.
  const from = Math.max(0, words[first] === '' ? first - 1 : first);
  const to = Math.min(words.length, words[last] === '' ? last + 2 : last + 1);
  const before = words.slice(0, from);
  const encoded = encodedWords(words.slice(from, to).join(' '), before.length === 0 ? room : MAX_WORD);
  return [...before, ...encoded, ...words.slice(to)];
}

/** A name in front of an address, or of a group (RFC 5322 section 3.2.5: phrase). */
export function phraseWords(name: string, room: number = MAX_WORD): string[] {
  if (name === '') return [];
  if (!name.includes('=?') && name.length <= MAX_WORD && /^[ -~]+$/.test(name)) {
    return ATOMS.test(name) ? name.split(' ') : [quote(name)];
  }
  return encodedWords(name, room);
}

/** A quoted string. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Whether a parameter's value can stand as it is (RFC 2045 section 5.1). */
export function isToken(text: string): boolean {
  return /^[\w!#$%&'*+.^`{|}~-]+$/.test(text);
}

/**
 * Text as encoded words of at most 64 characters, no character cut: quoted-printable's form or base64, whichever is
 * shorter.
 * @param room What the first of them may have.
 */
function encodedWords(text: string, room: number): string[] {
  const bytes = new TextEncoder().encode(text);
  let escaped = 0;
  for (const byte of bytes) if (!isSafe(byte)) escaped++;
  const useQ = bytes.length + 2 * escaped <= Math.ceil(bytes.length / 3) * 4;
  const words: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const max = Math.max(MIN_WORD, words.length === 0 ? Math.min(room, MAX_WORD) : MAX_WORD) - FRAME;
    const end = useQ ? endOfQ(bytes, at, max) : endOfBase64(bytes, at, max);
    const piece = bytes.subarray(at, end);
    words.push(useQ ? `=?UTF-8?Q?${toQ(piece)}?=` : `=?UTF-8?B?${toBase64(piece)}?=`);
    at = end;
  }
  return words;
}

function isSafe(byte: number): boolean {
  return SAFE[byte] === 1;
}

function endOfQ(bytes: Uint8Array, start: number, max: number): number {
  let width = 0;
  let end = start;
  while (end < bytes.length) {
    const next = characterEnd(bytes, end);
    for (let at = end; at < next; at++) width += isSafe(bytes[at] ?? 0) ? 1 : 3;
    if (width > max) return end;
    end = next;
  }
  return end;
}

function endOfBase64(bytes: Uint8Array, start: number, max: number): number {
  let end = Math.min(bytes.length, start + Math.floor(max / 4) * 3);
  while (end < bytes.length && isContinuation(bytes[end] ?? 0)) end--;
  return end;
}

function characterEnd(bytes: Uint8Array, start: number): number {
  let end = start + 1;
  while (end < bytes.length && isContinuation(bytes[end] ?? 0)) end++;
  return end;
}

/** Within a character of UTF-8. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function toQ(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    if (byte === 0x20) text += '_';
    else if (isSafe(byte)) text += String.fromCharCode(byte);
    else text += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** Lists of words as one list of words, with `mark` behind each list but the last: addresses, links, parameters. */
export function separatedBy(mark: string, lists: readonly (readonly string[])[]): string[] {
  return lists.flatMap((words, i) => (i < lists.length - 1 ? followedBy(mark, words) : words));
}

/** Words with `mark` behind the last of them. */
export function followedBy(mark: string, words: readonly string[]): string[] {
  return words.map((word, i) => (i === words.length - 1 ? word + mark : word));
}
