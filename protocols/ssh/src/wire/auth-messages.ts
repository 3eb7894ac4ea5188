// The messages of logins (RFC 4252, RFC 4256): requests to bytes, the server's messages to values. It keeps no state.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { protocolError } from '../errors.ts';
import * as AUTH from './numbers/auth.ts';
import * as TRANSPORT from './numbers/transport.ts';
import { SshReader } from './ssh-reader.ts';
import { SshWriter } from './ssh-writer.ts';

const SERVICE = 'ssh-userauth';
/** The service that begins with the login. */
const NEXT_SERVICE = 'ssh-connection';
/** Certificates with all their principals, or answers to the prompts. */
const MAX_REQUEST_BYTES = 65_536;
/** The longest list of methods; all that exist take below 100 bytes. */
const MAX_METHODS_BYTES = 1_024;
/** The most prompts of one INFO_REQUEST. */
const MAX_PROMPTS = 32;
/** The longest text of one INFO_REQUEST or banner that is shown, in characters. */
const MAX_SHOWN = 4_096;
/** Controls but tab and line feed, and what turns the direction of a text. */
const UNSHOWN = /[^\P{Cc}\t\n]|[\u2028-\u202e\u2066-\u2069]/gu;

/** One question of the server. */
export interface Prompt {
  /** Without control characters. */
  readonly prompt: string;
  /** Whether the answer may be shown while it is typed. */
  readonly echo: boolean;
}

/** What the server asks in one round of keyboard-interactive. Texts have no control characters. */
export interface Challenge {
  readonly name: string;
  readonly instruction: string;
  readonly prompts: readonly Prompt[];
}

/** What message 60 means, which depends on the method. */
export type Message60 = 'PK_OK' | 'PASSWD_CHANGEREQ' | 'INFO_REQUEST';

/** A message of the server. */
export type AuthMessage =
  | { readonly type: 'SERVICE_ACCEPT' }
  | { readonly type: 'FAILURE'; readonly methods: readonly string[]; readonly partial: boolean }
  | { readonly type: 'SUCCESS' }
  | { readonly type: 'BANNER'; readonly text: string }
  | { readonly type: 'PK_OK'; readonly algorithm: string; readonly blob: Uint8Array }
  | { readonly type: 'PASSWD_CHANGEREQ'; readonly prompt: string }
  | ({ readonly type: 'INFO_REQUEST' } & Challenge)
  | { readonly type: 'unknown' };

/**
 * @param message60 What 60 means now; `undefined` where it means nothing.
 * @throws FairleadError `protocol` for a message that is malformed or belongs to a later time, `limit` for too many methods or prompts.
 */
export function decodeAuthMessage(payload: Uint8Array, message60: Message60 | undefined): AuthMessage {
  const reader = new SshReader(payload);
  const number = reader.u8();
  const message = decodeBody(reader, number, message60);
  if (message.type !== 'unknown') reader.end();
  return message;
}

function decodeBody(reader: SshReader, number: number, message60: Message60 | undefined): AuthMessage {
  switch (number) {
    case TRANSPORT.SERVICE_ACCEPT:
      if (reader.name() !== SERVICE)
        throw protocolError('The server accepted a service that was not asked for');
      return { type: 'SERVICE_ACCEPT' };
    case AUTH.FAILURE:
      return { type: 'FAILURE', methods: readMethods(reader), partial: reader.boolean() };
    case AUTH.SUCCESS:
      return { type: 'SUCCESS' };
    case AUTH.BANNER:
      return { type: 'BANNER', text: readTagged(reader) };
    case AUTH.INFO_REQUEST:
      return decode60(reader, message60);
    default:
      // Messages of connections come after the login alone (RFC 4252 section 6).
      if (number >= 80) throw protocolError(`The server sent message ${number} before the login was done`);
      return { type: 'unknown' };
  }
}

function decode60(reader: SshReader, meaning: Message60 | undefined): AuthMessage {
  switch (meaning) {
    case 'PK_OK':
      return { type: 'PK_OK', algorithm: reader.name(), blob: reader.string() };
    case 'PASSWD_CHANGEREQ':
      return { type: 'PASSWD_CHANGEREQ', prompt: readTagged(reader) };
    case 'INFO_REQUEST':
      return { type: 'INFO_REQUEST', ...readChallenge(reader) };
    default:
      throw protocolError('The server sent message 60, which has no meaning with this method');
  }
}

function readChallenge(reader: SshReader): Challenge {
  const [name, instruction] = [readShown(reader), readShown(reader)];
  reader.string(); // language tag
  const count = reader.u32();
  if (count > MAX_PROMPTS)
    throw tooMany(`The server asks ${count} questions at once: ${MAX_PROMPTS} are allowed`);
  const prompts = Array.from({ length: count }, () => ({
    prompt: readShown(reader),
    echo: reader.boolean(),
  }));
  return { name, instruction, prompts };
}

function readMethods(reader: SshReader): readonly string[] {
  const list = reader.string();
  if (list.length > MAX_METHODS_BYTES) throw tooMany('The server lists too many ways to log in');
  return clean(decodeUtf8Lossy(list)).split(',').filter(Boolean);
}

/** A text with the tag of its language behind it. */
function readTagged(reader: SshReader): string {
  const text = readShown(reader);
  reader.string();
  return text;
}

/** A text for people's eyes. */
function readShown(reader: SshReader): string {
  // A character takes up to four bytes.
  return clean(decodeUtf8Lossy(reader.string().subarray(0, 4 * MAX_SHOWN))).slice(0, MAX_SHOWN);
}

function clean(text: string): string {
  return text.replace(UNSHOWN, '');
}

function tooMany(message: string): FairleadError {
  return new FairleadError('limit', `SSH: ${message}`, { blame: 'peer' });
}

/** SERVICE_REQUEST for logins (RFC 4253 section 10). */
export function encodeServiceRequest(): Uint8Array {
  const writer = new SshWriter(MAX_REQUEST_BYTES);
  writer.u8(TRANSPORT.SERVICE_REQUEST);
  writer.string(SERVICE);
  return writer.take();
}

/** The question whether the server would take a key (RFC 4252 section 7). */
export function encodeKeyQuestion(username: string, algorithm: string, blob: Uint8Array): Uint8Array {
  return keyRequest(username, algorithm, blob, false).take();
}

/** What the key signs: the session, then the request up to its signature (RFC 4252 section 7). */
export function encodeSignedPart(
  sessionId: Uint8Array,
  username: string,
  algorithm: string,
  blob: Uint8Array,
): Uint8Array {
  const writer = new SshWriter(MAX_REQUEST_BYTES);
  writer.string(sessionId);
  writer.raw(keyRequest(username, algorithm, blob, true).take());
  return writer.take();
}

/** A request with a key. @param signature Of `encodeSignedPart`. */
export function encodeKeyRequest(
  username: string,
  algorithm: string,
  blob: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  const writer = keyRequest(username, algorithm, blob, true);
  writer.string(signature);
  return writer.take();
}

/** A request with a password (RFC 4252 section 8). */
export function encodePasswordRequest(username: string, password: string): Uint8Array {
  const writer = request(username, 'password');
  writer.boolean(false);
  writer.string(password);
  return writer.take();
}

/** A request for the server's questions (RFC 4256 section 3.1). */
export function encodeInteractiveRequest(username: string): Uint8Array {
  const writer = request(username, 'keyboard-interactive');
  writer.string(''); // language tag
  writer.string(''); // submethods
  return writer.take();
}

/** The answers to all prompts of an INFO_REQUEST (RFC 4256 section 3.4). */
export function encodeAnswers(answers: readonly string[]): Uint8Array {
  const writer = new SshWriter(MAX_REQUEST_BYTES);
  writer.u8(AUTH.INFO_RESPONSE);
  writer.u32(answers.length);
  for (const answer of answers) writer.string(answer);
  return writer.take();
}

function keyRequest(username: string, algorithm: string, blob: Uint8Array, isSigned: boolean): SshWriter {
  const writer = request(username, 'publickey');
  writer.boolean(isSigned);
  writer.string(algorithm);
  writer.string(blob);
  return writer;
}

function request(username: string, method: string): SshWriter {
  const writer = new SshWriter(MAX_REQUEST_BYTES);
  writer.u8(AUTH.REQUEST);
  writer.string(username);
  writer.string(NEXT_SERVICE);
  writer.string(method);
  return writer;
}
