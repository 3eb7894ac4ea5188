// The server's half of logins: requests from bytes, messages to bytes (RFC 4252, RFC 4256).
import { SshReader } from '../../src/wire/ssh-reader.ts';
import { SshWriter } from '../../src/wire/ssh-writer.ts';

/** Bytes, texts as `string`s, numbers as bytes, booleans; `{ u32 }` for larger numbers. */
type Part = Uint8Array | string | number | boolean | { readonly u32: number };

/** One message. */
export function message(...parts: readonly Part[]): Uint8Array {
  const writer = new SshWriter(1 << 22);
  for (const part of parts) {
    if (typeof part === 'string') writer.string(part);
    else if (typeof part === 'number') writer.u8(part);
    else if (typeof part === 'boolean') writer.boolean(part);
    else if (part instanceof Uint8Array) writer.string(part);
    else writer.u32(part.u32);
  }
  return writer.take();
}

export const serviceAccept: Uint8Array = message(6, 'ssh-userauth');
export const success: Uint8Array = message(52);
export const failure = (methods: string, partial = false): Uint8Array => message(51, methods, partial);
export const banner = (text: string): Uint8Array => message(53, text, 'en');
export const passwordChange: Uint8Array = message(60, 'Change it now', '');
export const infoRequest = (...prompts: readonly (readonly [string, boolean])[]): Uint8Array =>
  message(60, 'Login', 'Answer, please', '', { u32: prompts.length }, ...prompts.flat());

/** A request of the client, with the fields of its method. */
export interface ClientRequest {
  readonly type: string;
  readonly username?: string;
  readonly method?: string;
  readonly algorithm?: string;
  readonly blob?: Uint8Array;
  readonly signature?: Uint8Array;
  readonly password?: string;
  readonly answers?: readonly string[];
}

/** Reads what the client sent, to its last byte. */
export function readRequest(payload: Uint8Array): ClientRequest {
  const reader = new SshReader(payload);
  const request = readBody(reader, reader.u8());
  reader.end();
  return request;
}

function readBody(reader: SshReader, number: number): ClientRequest {
  if (number === 5) return { type: `service ${reader.name()}` };
  if (number === 61)
    return { type: 'answers', answers: Array.from({ length: reader.u32() }, () => reader.text()) };
  if (number !== 50) throw new Error(`the client sent message ${number}`);
  const username = reader.text();
  if (reader.name() !== 'ssh-connection') throw new Error('the client asks for another service');
  const method = reader.name();
  const facts = { type: 'request', username, method };
  if (method === 'publickey') {
    const isSigned = reader.boolean();
    const key = { ...facts, algorithm: reader.name(), blob: reader.string().slice() };
    return isSigned ? { ...key, signature: reader.string().slice() } : key;
  }
  if (method === 'password') {
    if (reader.boolean()) throw new Error('the client changes its password');
    return { ...facts, password: reader.text() };
  }
  reader.name();
  reader.name();
  return facts;
}
