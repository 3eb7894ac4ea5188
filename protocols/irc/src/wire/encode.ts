// Formats messages as lines. It refuses a message that would not be read back as the same one, and lines over IRC's limits.

import { usage } from '@fairlead/errors';
import type { MessageParts } from '../types.ts';
import { checkObject, checkText, checkWord, NO_WORD, WORD } from './argument-checks.ts';
import { ESCAPES, SPECIALS } from './decode.ts';

/** The longest line without its tags, CR LF included, in bytes (RFC 2812 section 2.3). */
export const MAX_LINE_BYTES = 512;
/** The longest tags of a client, the `@` and the space included, in bytes (message-tags, "Size limit"). */
const MAX_CLIENT_TAG_BYTES = 4096;

/** A tag's name: `+vendor.example/name` (message-tags, "Format"). */
const TAG_NAME = /^\+?([\w.-]+\/)?[A-Za-z0-9-]+$/;
const COMMAND = /^([A-Za-z]+|\d{3})$/;
const encoder = new TextEncoder();

/** A message to send. */
export type MessageDraft = Partial<MessageParts> & Pick<MessageParts, 'command'>;

/**
 * Formats a message as a line, without CR LF.
 * @param maxBytes The longest line, CR LF included and tags not counted. Default 512.
 * @throws FairleadError `usage`: CR, LF or NUL anywhere, half a surrogate pair, a parameter before the last one that is
 *   empty, begins with a colon or has a space, a malformed command, source or tag name, or a line that is too long.
 * @example
 * ```ts
 * import { formatMessage } from '@fairlead/irc';
 *
 * formatMessage({ command: 'PRIVMSG', params: ['#deploys', 'Hello all'] }); // 'PRIVMSG #deploys :Hello all'
 * ```
 */
export function formatMessage(
  { tags, source = '', command, params = [] }: MessageDraft,
  maxBytes: number = MAX_LINE_BYTES,
): string {
  if (typeof command !== 'string' || !COMMAND.test(command)) {
    throw usage('A command must be letters, or three digits');
  }
  if (!Array.isArray(params)) throw usage('The parameters must be an array of texts');
  let line = source && `:${checkWord(source, 'The source')} `;
  line += command;
  for (const [at, text] of params.entries()) {
    const param = checkText(text, 'A parameter');
    const isWord = WORD.test(param);
    if (!isWord && at < params.length - 1) {
      throw usage(`A parameter before the last one ${NO_WORD}`);
    }
    line += (isWord ? ' ' : ' :') + param;
  }
  const bytes = utf8(line).length + 2;
  if (bytes > maxBytes) throw usage(`The line has more than ${maxBytes} bytes: ${bytes}`);
  return formatTags(tags) + line;
}

function formatTags(tags: MessageParts['tags'] = {}): string {
  let text = '';
  for (const [name, value] of Object.entries(checkObject(tags, 'The tags'))) {
    if (typeof value !== 'string') throw usage('A tag’s value must be a text');
    if (!TAG_NAME.test(name)) throw usage('A tag’s name is malformed');
    checkText(value.replace(/[\r\n]/g, ''), 'A tag’s value');
    text += `${text && ';'}${name}${value && '='}${escapeTagValue(value)}`;
  }
  if (utf8(text).length > MAX_CLIENT_TAG_BYTES - 2) {
    throw usage(`The tags have more than ${MAX_CLIENT_TAG_BYTES} bytes`);
  }
  return text && `@${text} `;
}

function escapeTagValue(value: string): string {
  return value.replace(/[; \\\r\n]/g, (special) => `\\${ESCAPES[SPECIALS.indexOf(special)]}`);
}

/** Encodes a text as UTF-8. @param text Well-formed: without half a surrogate pair. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
