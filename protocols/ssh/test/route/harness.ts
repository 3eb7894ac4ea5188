// A gateway with the routes of SSH and SFTP, and the test's server behind it.
import { createApp } from '@fairlead/http';
import { inject } from 'vitest';
import { sftpRoutes, sshRoutes } from '../../src/route/index.ts';

const app = createApp({ routes: [sshRoutes, sftpRoutes] });
export const server = inject('routeServer');

export const url = `ssh://app:pa55word@127.0.0.1:${server.port}`;

export const COMMANDS = {
  say: { run: 'printf %s {text}', params: { text: { type: 'text', maxLength: 2000 } } },
  words: {
    run: 'for word in {a} {b} --flag={c}; do printf "<%s>" "$word"; done',
    params: {
      a: 'text',
      b: { type: 'text', leadingDash: true, default: '-x' },
      c: { type: 'integer', min: 1, max: 9 },
    },
  },
  restart: {
    run: 'echo restart {service}',
    params: { service: { type: 'text', enum: ['nginx', 'redis'] } },
  },
  fail: { run: 'echo out; echo err >&2; exit 3' },
  killed: 'kill -TERM $$',
  bytes: "printf '\\377\\376'",
  cat: { run: 'cat', stdin: true },
  endless: 'exec yes',
  slow: { run: 'printf a; sleep 0.2; printf b >&2; sleep 0.2; printf c', timeoutMs: 5000 },
  hang: { run: 'exec sleep 20', timeoutMs: 300 },
};

/** Settings of the gateway. */
export const ENV = {
  FAIRLEAD_TOKENS: [
    { name: 'all', token: 'all-token', scopes: ['*'] },
    { name: 'exec', token: 'exec-token', scopes: ['ssh:exec:main', 'sftp:read:main'] },
    { name: 'nobody', token: 'nobody-token', scopes: ['ssh:exec:other'] },
  ],
  FAIRLEAD_CONNECTIONS: {
    main: { url, fingerprint: server.fingerprint, commands: COMMANDS, root: server.root },
    bare: { url, fingerprint: server.fingerprint },
    latin: { url, fingerprint: server.fingerprint, root: server.root, names: 'latin1' },
    stranger: { url, fingerprint: `SHA256:${'A'.repeat(43)}`, commands: COMMANDS },
  },
  FAIRLEAD_TARGETS: [`127.0.0.1:${server.port}`],
  FAIRLEAD_LIMITS: {
    maxResultBytes: 200_000,
    maxBodyBytes: 100_000,
    maxStreamBytes: 4_000_000,
    maxTunnelAheadBytes: 4_000_000,
  },
};

/** How one test's request differs from the usual. */
export interface Ask {
  readonly token?: string;
  /** The named connection; null for none. Default `main`. */
  readonly connection?: string | null;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly env?: object;
}

/** Sends a request. */
export function send(
  path: string,
  { token = 'all', connection = 'main', method, headers, json, body, env }: Ask = {},
): Promise<Response> {
  const type = json === undefined ? {} : { 'Content-Type': 'application/json' };
  const named = connection === null ? {} : { 'Fairlead-Connection': connection };
  const init: RequestInit = {
    method: method ?? (json === undefined && body === undefined ? 'GET' : 'POST'),
    headers: { Authorization: `Bearer ${token}-token`, ...named, ...type, ...headers },
  };
  if (json !== undefined || body !== undefined) init.body = body ?? JSON.stringify(json);
  return Promise.resolve(app.request(path, init, { ...ENV, ...env }));
}

/** The answer of `POST /ssh/exec` as one document. */
export async function exec(json: object, ask: Ask = {}) {
  const response = await send('/ssh/exec', { json, ...ask });
  return { status: response.status, body: JSON.parse(await response.text()) };
}
