// Reads lines as messages (IRCv3 message-tags; RFC 2812 section 2.3.1). Tags are decoded once they are read. It refuses a
// line without a command.
import { limitError, protocolError } from '../errors.ts';
import type { Message, MessageParts, Tags } from '../types.ts';

const SPACE = 32;
const COLON = 58;
const AT = 64;

/** Bytes of a server's tags, the `@` and the space included (message-tags, "Size limit"). */
const MAX_TAGS = 8191;
/** The most parameters of a line. RFC 2812 allows 15; a line of the longest size could have thousands. */
const MAX_PARAMS = 512;

const NO_TAGS: Tags = Object.freeze(Object.create(null));

/** A message whose tags are decoded once they are read. */
class ParsedMessage implements Message {
  readonly source: string;
  readonly command: string;
  readonly params: readonly string[];
  readonly rawTags: string;
  #tags: Tags | undefined;

  constructor(rawTags: string, source: string, command: string, params: readonly string[]) {
    this.rawTags = rawTags;
    this.source = source;
    this.command = command;
    this.params = params;
  }

  /** The tags, unescaped. A tag without a value has the empty one. Of several tags with one name, the last counts. */
  get tags(): Tags {
    this.#tags ??= this.rawTags === '' ? NO_TAGS : decodeTags(this.rawTags);
    return this.#tags;
  }

  /** The parts of the message, for JSON. */
  toJSON(): MessageParts {
    const { tags, source, command, params } = this;
    return { tags, source, command, params };
  }
}

/**
 * Reads one line, without its CR LF.
 * @throws FairleadError `protocol` without a valid command; `limit` for tags of more than 8191 characters, or more than
 *   512 parameters.
 * @example
 * ```ts
 * import { parseMessage } from '@fairlead/irc';
 *
 * const { command, params, tags } = parseMessage('@msgid=1 :alice!a@host PRIVMSG #deploys :Hello');
 * ```
 */
export function parseMessage(line: string): Message {
  let at = 0;
  let tags = '';
  let source = '';
  if (line.charCodeAt(0) === AT) {
    at = endOf(line, 1);
    if (at >= MAX_TAGS) throw limitError('the size of tags', MAX_TAGS);
    tags = line.slice(1, at);
    at = skipSpaces(line, at);
  }
  if (line.charCodeAt(at) === COLON) {
    const end = endOf(line, at + 1);
    source = line.slice(at + 1, end);
    at = skipSpaces(line, end);
  }
  const start = at;
  let isUpper = true;
  for (; at < line.length; at++) {
    const unit = line.charCodeAt(at);
    if (unit === SPACE) break;
    if (unit > 96 && unit < 123) isUpper = false;
    // Letters or three digits (RFC 2812 section 2.3.1), and also words such as `H2`.
    else if (!((unit > 64 && unit < 91) || (unit > 47 && unit < 58))) throw notIrc();
  }
  if (at === start) throw notIrc();
  const command = line.slice(start, at);
  const params: string[] = [];
  for (;;) {
    at = skipSpaces(line, at);
    if (at >= line.length) break;
    if (params.length === MAX_PARAMS) throw limitError('the number of parameters', MAX_PARAMS);
    if (line.charCodeAt(at) === COLON) {
      params.push(line.slice(at + 1));
      break;
    }
    const end = endOf(line, at);
    params.push(line.slice(at, end));
    at = end;
  }
  return new ParsedMessage(tags, source, isUpper ? command : command.toUpperCase(), params);
}

/** Reads one line, as `parseMessage`. @throws FairleadError `protocol` also for CR or NUL in the line. */
export function readMessage(line: string): Message {
  if (line.includes('\r') || line.includes('\0')) throw protocolError('a line came with CR or NUL in it');
  return parseMessage(line);
}

/** Where the word at `from` ends. */
function endOf(line: string, from: number): number {
  const end = line.indexOf(' ', from);
  return end === -1 ? line.length : end;
}

function skipSpaces(line: string, from: number): number {
  let at = from;
  // Never behind the end: V8 compiles a charCodeAt() that has met it once as a call.
  while (at < line.length && line.charCodeAt(at) === SPACE) at++;
  return at;
}

function notIrc(): Error {
  return protocolError('a line came that has no command');
}

/** Reads tags, without the `@`. */
function decodeTags(text: string): Tags {
  // The prototype is empty, so that a tag named `__proto__` is one. Without a prototype an object would be a slow hash table.
  const tags: Record<string, string> = Object.create(NO_TAGS);
  const isPlain = !text.includes('\\');
  let equals = text.indexOf('=');
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf(';', at);
    const end = found === -1 ? text.length : found;
    // Not for each tag, where none of the many that follow has a value.
    if (equals !== -1 && equals < at) equals = text.indexOf('=', at);
    if (equals === -1 || equals >= end) {
      if (end > at) tags[text.slice(at, end)] = '';
    } else if (equals > at) {
      const value = text.slice(equals + 1, end);
      tags[text.slice(at, equals)] = isPlain ? value : unescapeTagValue(value);
    }
    at = end + 1;
  }
  return tags;
}

/** Each escape stands for the special character at the same place (message-tags, "Escaping values"). */
export const ESCAPES = ':s\\rn';
/** The characters that are escaped in a tag's value. */
export const SPECIALS = '; \\\r\n';

/** Unescapes a tag's value. A backslash before any other character, or at the end, is dropped. */
function unescapeTagValue(text: string): string {
  let value = '';
  let from = 0;
  for (let slash = text.indexOf('\\'); slash !== -1; slash = text.indexOf('\\', from)) {
    const next = text.charAt(slash + 1);
    value += text.slice(from, slash) + ((next && SPECIALS[ESCAPES.indexOf(next)]) ?? next);
    from = slash + 2;
  }
  return from === 0 ? text : value + text.slice(from);
}
