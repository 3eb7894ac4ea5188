// Start-up messages to bytes (protocol 3.0, section 55.7). It refuses text that holds a NUL, which would end a
// string early and begin another one.
import { FairleadError } from '@fairlead/errors';
import type { CancelKey } from './messages.ts';

/** Protocol 3.0 as the server reads it: major 3, minor 0. */
const PROTOCOL_VERSION = 196_608;
/** "1234" and "5678" in two halves, section 55.7, CancelRequest. */
const CANCEL_CODE = 80_877_102;
/** "1234" and "5679", section 55.7, SSLRequest. */
const SSL_CODE = 80_877_103;
const PASSWORD_MESSAGE = 0x70;

const utf8 = new TextEncoder();

function withoutNul(text: string, what: string): Uint8Array {
  if (text.includes('\0')) throw new FairleadError('usage', `${what} holds a NUL character`);
  return utf8.encode(text);
}

function untyped(code: number, rest: number): DataView {
  const view = new DataView(new ArrayBuffer(8 + rest));
  view.setInt32(0, 8 + rest);
  view.setInt32(4, code);
  return view;
}

/** The eight bytes that ask whether the server speaks TLS; it answers with one byte. */
export function encodeSslRequest(): Uint8Array {
  return new Uint8Array(untyped(SSL_CODE, 0).buffer);
}

/** Asks the server to cancel what the connection that `key` belongs to is running. */
export function encodeCancelRequest(key: CancelKey): Uint8Array {
  const view = untyped(CANCEL_CODE, 8);
  view.setInt32(8, key.processId);
  view.setInt32(12, key.secretKey);
  return new Uint8Array(view.buffer);
}

/**
 * The message that opens a session: `user`, `database` and run-time parameters.
 * @throws FairleadError `usage` when a name or value holds a NUL.
 */
export function encodeStartup(parameters: ReadonlyMap<string, string>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, value] of parameters) {
    parts.push(
      withoutNul(name, 'the name of a start-up parameter'),
      withoutNul(value, `start-up parameter "${name}"`),
    );
  }
  const length = parts.reduce((sum, part) => sum + part.length + 1, 0) + 1;
  const view = untyped(PROTOCOL_VERSION, length);
  const bytes = new Uint8Array(view.buffer);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length + 1;
  }
  return bytes;
}

function passwordMessage(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + body.length);
  bytes[0] = PASSWORD_MESSAGE;
  new DataView(bytes.buffer).setInt32(1, 4 + body.length);
  bytes.set(body, 5);
  return bytes;
}

/**
 * PasswordMessage: a clear-text password, or the hash that an MD5 request asks for.
 * @throws FairleadError `usage` when it holds a NUL.
 */
export function encodePassword(password: string): Uint8Array {
  const text = withoutNul(password, 'the password');
  const body = new Uint8Array(text.length + 1);
  body.set(text);
  return passwordMessage(body);
}

/** SASLInitialResponse: the chosen mechanism and the client's first message. */
export function encodeSaslInitial(mechanism: string, message: Uint8Array): Uint8Array {
  const name = utf8.encode(mechanism);
  const body = new Uint8Array(name.length + 5 + message.length);
  body.set(name);
  new DataView(body.buffer).setInt32(name.length + 1, message.length);
  body.set(message, name.length + 5);
  return passwordMessage(body);
}

/** SASLResponse: the client's next message. */
export function encodeSaslResponse(message: Uint8Array): Uint8Array {
  return passwordMessage(message);
}

/** Terminate: the client says goodbye (protocol, section 55.7). */
export function encodeTerminate(): Uint8Array {
  return new Uint8Array([0x58, 0, 0, 0, 4]);
}
