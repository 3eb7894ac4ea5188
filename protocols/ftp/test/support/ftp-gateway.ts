// For tests: a gateway with the FTP routes alone, before a server in memory.
import { createApp } from '@fairlead/http';
import type { Connector } from '@fairlead/transport';
import { ftpRoutes } from '../../src/route/index.ts';
import type { FtpServer } from './ftp-server.ts';

const TOKENS = ['ftp', 'ftp:read:main', 'ftp:write:main', 'ftp:read:@'].map((scope, n) => ({
  name: `token${n}`,
  token: `token${n}-0123456789abcdef`,
  scopes: [scope],
}));

const ENV = {
  FAIRLEAD_TOKENS: TOKENS,
  FAIRLEAD_TARGETS: ['own.example.com:21', 'own.example.com:50001-50002'],
  FAIRLEAD_LIMITS: { maxRows: 4, maxStreamBytes: 1_000_000, timeoutMs: 5000, maxTimeoutMs: 5000 },
};

/** What calls a gateway. */
export type Call = (path: string, init?: RequestInit, token?: Token) => Promise<Response>;

/** `all` of FTP; reading or writing `main`; reading at addresses of the caller's own. */
export type Token = 'all' | 'reader' | 'writer' | 'own';
const ORDER: readonly Token[] = ['all', 'reader', 'writer', 'own'];

/** A gateway whose connection `main` has these settings. */
export function gatewayBefore(
  server: FtpServer,
  settings: Readonly<Record<string, unknown>> = {},
  env: object = {},
): Call {
  const url = 'ftp://app:secret@ftp.hidden.test';
  const all = { ...ENV, FAIRLEAD_CONNECTIONS: { main: { url, ...settings } }, ...env };
  const connector: Connector = (...dial) => server.connector(...dial);
  const app = createApp({ routes: [ftpRoutes], connector });
  return async (path, init = {}, token = 'all') => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer token${ORDER.indexOf(token)}-0123456789abcdef`);
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
