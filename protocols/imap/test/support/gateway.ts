// A gateway with the IMAP routes alone, before a server in memory.
import { createApp } from '@fairlead/http';
import { memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { imapRoutes } from '../../src/route/index.ts';
import type { MailServer } from './mail-server.ts';

/** `all` of IMAP; reading or writing `main`; reading at addresses of the caller's own. */
export type Token = 'all' | 'reader' | 'writer' | 'own';
const SCOPES: Readonly<Record<Token, string>> = {
  all: 'imap',
  reader: 'imap:read:main',
  writer: 'imap:write:main',
  own: 'imap:read:@',
};
const tokenOf = (token: string): string => `${token}-0123456789abcdef`;

const ENV = {
  FAIRLEAD_TOKENS: Object.entries(SCOPES).map(([name, scope]) => ({
    name,
    token: tokenOf(name),
    scopes: [scope],
  })),
  FAIRLEAD_TARGETS: ['own.example.com:993'],
  FAIRLEAD_LIMITS: { maxRows: 4, maxBodyBytes: 100_000, maxStreamBytes: 1_000_000, timeoutMs: 5000 },
};

/** What calls a gateway. */
export type Call = (path: string, init?: RequestInit, token?: Token) => Promise<Response>;

/** A gateway whose connection `main` has these settings. */
export function gatewayBefore(
  server: MailServer,
  settings: Readonly<Record<string, unknown>> = {},
  env: object = {},
): Call {
  const url = 'imaps://ann:the-secret@mail.hidden.test';
  const all = { ...ENV, FAIRLEAD_CONNECTIONS: { main: { url, ...settings } }, ...env };
  const connector: Connector = memoryConnector((line) => server.serve(line));
  const app = createApp({ routes: [imapRoutes], connector });
  return async (path, init = {}, token = 'all') => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${tokenOf(token)}`);
    return app.request(path, { ...init, headers }, all);
  };
}

/** A POST of JSON. */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** The commands that a route's own work sent. */
export function commandsOf(server: MailServer): readonly string[] {
  return server.commands.filter((line) => !/^(?:CAPABILITY|AUTHENTICATE|LOGIN|ENABLE|LOGOUT)\b/.test(line));
}
