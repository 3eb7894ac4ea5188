// The gateway's app with the MongoDB routes, over scripted servers that answer by the command's name.
import { createApp } from '@fairlead/http';
import type { Connector } from '@fairlead/transport';
import type { Document } from 'bson';
import { mongodbRoutes } from '../../src/route/index.ts';
import type { Received } from '../support/messages.ts';
import { HELLO, serveAll, serverOf } from '../support/server.ts';

/** What a scripted server gives for a command; undefined: nothing at all. */
export type Script = (
  command: Document,
  received: Received,
) => Document | undefined | Promise<Document | undefined>;

/** A gateway and what its server was sent. */
export interface Scripted {
  /** Every command but hello, in order. */
  readonly commands: Document[];
  readonly received: Received[];
  /** Every address that was dialled, as `host:port`. */
  readonly dialled: string[];
  ask(path: string, body: unknown, options?: AskOptions): Promise<Answer>;
  fetch(path: string, body: unknown, options?: AskOptions): Promise<Response>;
}

/** What a request has beside its path and body. */
export interface AskOptions {
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type?: string | null;
  readonly env?: object;
}

/** An answer with its parsed body. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it.
  readonly body: any;
}

const TOKENS = [
  { name: 'all', token: 'all', scopes: ['*'] },
  { name: 'reader', token: 'reader', scopes: ['mongodb:read:main'] },
  { name: 'writer', token: 'writer', scopes: ['mongodb:write:main'] },
  { name: 'admin', token: 'admin', scopes: ['mongodb:admin:main'] },
  { name: 'few', token: 'few', scopes: ['mongodb:read:main'], maxRows: 2 },
];

/** @param entry Members of the connection `main` beside its URL. */
export function gateway(script: Script, entry: object = {}, hello: Document = HELLO): Scripted {
  const commands: Document[] = [];
  const received: Received[] = [];
  const dialled: string[] = [];
  const serve = serverOf(
    (server) =>
      serveAll(server, (message) => {
        commands.push({ ...message.command, ...message.sequences });
        received.push(message);
        return script(message.command, message);
      }),
    hello,
  );
  const connector: Connector = (address, options) => {
    dialled.push(`${address.hostname}:${address.port}`);
    return serve(address, options);
  };
  const app = createApp({ routes: [mongodbRoutes], connector });
  const base = {
    FAIRLEAD_TOKENS: TOKENS,
    FAIRLEAD_CONNECTIONS: { main: { url: 'mongodb://db.example.com/shop', tls: false, ...entry } },
    FAIRLEAD_TARGETS: ['own.example.com:27017'],
  };
  const ask: Scripted['fetch'] = async (path, body, options = {}) => {
    const { token = 'all', headers = {}, type = 'application/json', env = {} } = options;
    const init = {
      method: 'POST',
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(type === null ? {} : { 'Content-Type': type }),
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    };
    return app.request(`/mongodb${path}`, init, { ...base, ...env });
  };
  return {
    commands,
    received,
    dialled,
    fetch: ask,
    async ask(path, body, options) {
      const response = await ask(path, body, options);
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: asJson(text) };
    },
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The reply of a command that makes a cursor. */
export function firstBatch(documents: readonly unknown[], id = 0n): Document {
  return { cursor: { firstBatch: documents, id, ns: 'shop.orders' }, ok: 1 };
}

/** Answers by the command's name. Sessions end well. */
export function byName(answers: Readonly<Record<string, Document>>): Script {
  return (command) => answers[Object.keys(command)[0] ?? ''] ?? { ok: 1 };
}

export const PLACE = { dataSource: 'main', database: 'shop', collection: 'orders' };
