// Text of header fields as words, encoded where that is needed (RFC 5322 section 3.2, RFC 2047). `folding.ts` puts the words
// on lines.
import { toBase64 } from '@fairlead/bytes';

/** What a line of an encoded word may have (RFC 2047 section 2), less the space in front and something behind. */
const MAX_WORD = 64;
/** `=?UTF-8?Q?` and `?=`. */
const FRAME = 12;
/** The smallest size of a word on a field's first line. */
const MIN_WORD = 32;
/** In fields for programs, words up to this length are not encoded; a line may have 998 bytes. */
const MAX_PLAIN = 900;
/** In fields for people, longer words are encoded, so that they can be folded. */
const MAX_PLAIN_FOR_PEOPLE = 72;

const encoder = new TextEncoder();
const PRINTABLE = /^[!-~]+$/;
/** Where plain text may be folded: no line may hold white space alone. */
const FOLD = / (?=[!-~])/;
/** Bytes that need no escape in an encoded word, in any place (RFC 2047 section 5, rule 3); a space becomes `_`. */
const SAFE: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9 !*+/-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
/** atext (RFC 5322 section 3.2.3). */
const ATOMS = /^[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*$/;

/**
 * Free text, as for Subject.
 * @param room Characters left on the first line.
 * @param asGiven Keeps words that look encoded already, and long words, as they are. Default false: the reader sees the
 *   same text.
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
  // White space beside other white space, or at an end, survives only inside an encoded word.
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
 * @param room Characters left for the first of them.
 */
function encodedWords(text: string, room: number): string[] {
  const bytes = encoder.encode(text);
  let escaped = 0;
  for (const byte of bytes) if (!isSafe(byte)) escaped++;
  const useQ = bytes.length + 2 * escaped <= Math.ceil(bytes.length / 3) * 4;
  const words: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const max = Math.max(MIN_WORD, words.length === 0 ? Math.min(room, MAX_WORD) : MAX_WORD) - FRAME;
    const end = wordEnd(bytes, at, max, useQ);
    const piece = bytes.subarray(at, end);
    words.push(useQ ? `=?UTF-8?Q?${toQ(piece)}?=` : `=?UTF-8?B?${toBase64(piece)}?=`);
    at = end;
  }
  return words;
}

function isSafe(byte: number): boolean {
  return SAFE[byte] === 1;
}

/** Where the last character ends that fits into a word of `max` characters. The first one does: `MIN_WORD`. */
function wordEnd(bytes: Uint8Array, start: number, max: number, useQ: boolean): number {
  let room = useQ ? max : Math.floor(max / 4) * 3;
  let end = start;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    // The first byte of a character.
    if ((byte & 0xc0) !== 0x80) end = at;
    room -= useQ && !isSafe(byte) ? 3 : 1;
    if (room < 0) return end;
  }
  return bytes.length;
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
