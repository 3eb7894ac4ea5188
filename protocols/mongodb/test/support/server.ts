// A MongoDB server in memory: reads messages whole, and answers what the test says. It knows hello and SCRAM.

import { limitOf } from '@fairlead/client';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { Binary, type Document } from 'bson';
import { openLink } from '../../src/connection/open-link.ts';
import type { CommandLink } from '../../src/connection/types.ts';
import type { LinkSettings } from '../../src/options/link-settings.ts';
import { opMsg, opReply, type Received, readMessage } from './messages.ts';

/** One connection's server side. */
export class ServerEnd {
  readonly line: MemoryServer;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(line: MemoryServer) {
    this.line = line;
  }

  /** The next message, or `undefined` at the end. */
  async read(): Promise<Received | undefined> {
    for (;;) {
      const length = this.#rest.length < 4 ? 16 : new DataView(this.#rest.buffer).getInt32(0, true);
      if (this.#rest.length >= length) {
        const bytes = this.#rest.slice(0, length);
        this.#rest = this.#rest.slice(length);
        return readMessage(bytes);
      }
      const chunk = await this.line.read();
      if (chunk === undefined) return undefined;
      const joined = new Uint8Array(this.#rest.length + chunk.length);
      joined.set(this.#rest);
      joined.set(chunk, this.#rest.length);
      this.#rest = joined;
    }
  }

  async expect(): Promise<Received> {
    const received = await this.read();
    if (received === undefined) throw new Error('the client has ended the connection');
    return received;
  }

  /** Answers by the kind of message that belongs to it. */
  async answer({ requestId, opCode }: Received, document: Document): Promise<void> {
    await this.line.write(opCode === 2004 ? opReply(requestId, document) : opMsg(requestId, document));
  }
}

/** What a standalone server of today says of itself. */
export const HELLO: Document = {
  helloOk: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 25,
  ok: 1,
};

/** Serves each connection by `handler`, once hello was answered. */
export function serverOf(
  handler: (server: ServerEnd) => Promise<void>,
  hello: Document | ((received: Received) => Document) = HELLO,
): Connector {
  return memoryConnector(async (line) => {
    const server = new ServerEnd(line);
    const received = await server.read();
    if (received === undefined) return;
    await server.answer(received, typeof hello === 'function' ? hello(received) : hello);
    await handler(server);
  });
}

/** Answers every command by `answer`; `undefined` answers nothing. */
export async function serveAll(
  server: ServerEnd,
  answer: (received: Received) => Document | undefined | Promise<Document | undefined>,
): Promise<void> {
  for (let received = await server.read(); received !== undefined; received = await server.read()) {
    const document = await answer(received);
    if (document !== undefined) await server.answer(received, document);
  }
}

export const ADDRESS = { hostname: 'db.test', port: 27_017 };

/** The settings of a connection without a login. */
export const SETTINGS: LinkSettings = {
  connector: undefined,
  tls: false,
  signal: undefined,
  credentials: undefined,
  serverApi: undefined,
  loadBalanced: false,
  compression: undefined,
  appName: undefined,
};

/** A connection to `connector`'s server. */
export function open(
  connector: Connector,
  settings: Partial<LinkSettings> = {},
  timeoutMs = 5_000,
): Promise<CommandLink> {
  return openLink(ADDRESS, { ...SETTINGS, connector, ...settings }, limitOf({ timeoutMs }));
}

/** A command in the database `test`. */
export function run(
  link: CommandLink,
  command: Document,
  options: { signal?: AbortSignal; timeoutMs?: number } & Partial<Parameters<CommandLink['command']>[0]> = {},
): Promise<Document> {
  const { signal, timeoutMs = 5_000, ...rest } = options;
  return link.command({ database: 'test', command, limit: limitOf({ signal, timeoutMs }), ...rest });
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** How a SCRAM server deviates from an honest one. */
export interface ScramTricks {
  readonly nonce?: (clientNonce: string) => string;
  readonly iterations?: string;
  readonly signature?: string;
  /** Wants one more, empty message. */
  readonly hasExtraStep?: boolean;
}

/** The server's side of SCRAM, for one password (of SCRAM-SHA-1: its hash). It trusts every proof. */
export class ScramServer {
  readonly #hash: 'SHA-1' | 'SHA-256';
  readonly #password: string;
  readonly #tricks: ScramTricks;
  #firstBare = '';
  #serverFirst = '';
  #steps = 0;

  constructor(hash: 'SHA-1' | 'SHA-256', password: string, tricks: ScramTricks = {}) {
    this.#hash = hash;
    this.#password = password;
    this.#tricks = tricks;
  }

  /** The answer to a step, without `ok`. */
  async answer({ payload }: Document): Promise<Document> {
    const text = new TextDecoder().decode((payload as Binary).value());
    this.#steps += 1;
    if (this.#steps === 1) {
      this.#firstBare = text.slice(3);
      const clientNonce = /r=(.*)$/.exec(text)?.[1] ?? '';
      const nonce = this.#tricks.nonce?.(clientNonce) ?? `${clientNonce}server`;
      this.#serverFirst = `r=${nonce},s=${base64(utf8('salt'))},i=${this.#tricks.iterations ?? 4096}`;
      return this.#say(this.#serverFirst, false);
    }
    if (this.#steps > 2) return this.#say('', true);
    const signed = utf8(`${this.#firstBare},${this.#serverFirst},${text.replace(/,p=.*$/, '')}`);
    const signature = this.#tricks.signature ?? base64(await this.#sign(signed));
    return this.#say(`v=${signature}`, this.#tricks.hasExtraStep !== true);
  }

  #say(text: string, done: boolean): Document {
    return { conversationId: 5, done, payload: new Binary(utf8(text)) };
  }

  async #sign(signed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const hash = this.#hash;
    const key = await crypto.subtle.importKey('raw', utf8(this.#password), 'PBKDF2', false, ['deriveBits']);
    const bits = hash === 'SHA-1' ? 160 : 256;
    const settings = { name: 'PBKDF2', hash, salt: utf8('salt'), iterations: 4096 };
    const salted = await crypto.subtle.deriveBits(settings, key, bits);
    const serverKey = await hmac(hash, new Uint8Array(salted), utf8('Server Key'));
    return hmac(hash, serverKey, signed);
  }
}

async function hmac(
  hash: string,
  secret: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
}
