// The whole gateway, and what is said of every attempt to abuse it: status, code and words, at once, without a dial, without a
// secret. No server stands behind it: a connector that is called is a breach.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it, vi } from 'vitest';
import { createGateway } from '../../src/index.ts';
import { expectDocumented } from '../documented.ts';

/** Settings that every file of the table shares. */
export const ENV = {
  FAIRLEAD_TOKENS: [
    { name: 'all', token: 'all-token', scopes: ['*'] },
    {
      name: 'reader',
      token: 'reader-token',
      scopes: ['pg:read:main', 'mysql:read:shop', 'redis:read:cache', 'mqtt:read:bus', 'tcp:ping:main'],
    },
    { name: 'nobody', token: 'nobody-token', scopes: [] },
    { name: 'late', token: 'late-token', scopes: ['*'], expires: '2020-01-01T00:00:00Z' },
    { name: 'page', token: 'page-token', scopes: ['*'], origins: ['https://app.example'] },
  ],
  FAIRLEAD_CONNECTIONS: {
    main: 'postgres://app:pa55word@db.secret-host.example/shop',
    shop: 'mysql://app:pa55word@db.secret-host.example/shop',
    cache: 'redis://:pa55word@cache.secret-host.example',
    bus: { url: 'mqtts://app:pa55word@bus.secret-host.example', topics: ['public/#'] },
    mail: { url: 'smtps://app:pa55word@mail.secret-host.example', from: ['app@shop.example'] },
    chat: 'ircs://bot:pa55word@irc.secret-host.example',
  },
  FAIRLEAD_TARGETS: ['*:*', '0.0.0.0/0:*', '[::]/0:*'],
  FAIRLEAD_LIMITS: { maxBodyBytes: 10_000, maxStreamBytes: 20_000, maxCommands: 5, maxTimeoutMs: 5000 },
};

/** How soon an answer is there. Bodies that trickle ask for less. */
const MAX_MS = 3_000;

/** What nobody may read in an answer or in a log. */
const SECRETS = /pa55word|secret-host|(all|reader|nobody|late|page)-token/;

const dialled: string[] = [];
const connector: Connector = ({ hostname, port }) => {
  dialled.push(`${hostname}:${port}`);
  return Promise.reject(new Error('dialled'));
};
const gateway = createGateway({ connector });

/** A request, and what it is answered. */
export interface Attempt {
  readonly what: string;
  readonly path: string;
  /** Made anew at each use, since a body can be read once. */
  readonly init?: RequestInit | (() => RequestInit);
  readonly env?: object;
  readonly status: number;
  readonly code: string;
  readonly detail: RegExp;
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, RegExp>>;
}

/** A bearer token, with other headers. */
export function as(token: string, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { headers: { Authorization: `Bearer ${token}`, ...headers } };
}

/** A POST of the token that may do everything. */
export function post(body: BodyInit, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: 'POST', body, ...as('all-token', { 'Content-Type': 'application/json', ...headers }) };
}

/** Sends a request. */
export function send(path: string, init: RequestInit = {}, env: object = ENV): Response | Promise<Response> {
  return gateway.request(path, init, env);
}

/** A test for each attempt. */
export function refuses(kind: string, attempts: readonly Attempt[]): void {
  describe(`${kind}: the gateway refuses`, () => {
    it.each(attempts.map((attempt) => [attempt.what, attempt] as const))('%s', async (_what, attempt) => {
      await expectRefusal(attempt);
    });
  });
}

/** Sends an attempt, and expects its refusal. */
export async function expectRefusal({ path, init = {}, env = ENV, ...expected }: Attempt): Promise<void> {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const before = Date.now();
  dialled.length = 0;
  try {
    const request = typeof init === 'function' ? init() : init;
    const response = await send(path, request, env);
    const text = await response.text();
    expect(response.status, text).toBe(expected.status);
    // What is wrong with a statement is told to Neon's driver in its own way.
    const type =
      path === '/pg/sql' && expected.status === 400 ? 'application/json' : 'application/problem+json';
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('fairlead-request-id')).toMatch(/^[\w-]+$/);
    const body = JSON.parse(text);
    expect(body).toMatchObject({ code: expected.code, status: expected.status });
    if (expected.code !== 'limit') expect(body.safeToRetry).toBe(true);
    expect(body.detail).toMatch(expected.detail);
    for (const [name, value] of Object.entries(expected.headers ?? {})) {
      expect(response.headers.get(name) ?? '', name).toMatch(value);
    }
    expect(text + JSON.stringify([...response.headers]) + JSON.stringify(log.mock.calls)).not.toMatch(
      SECRETS,
    );
    // What a caller does wrong is no alarm.
    expect(log).toHaveBeenCalledTimes(expected.status >= 500 ? 1 : 0);
    expect(dialled).toEqual([]);
    expect(Date.now() - before).toBeLessThan(MAX_MS);
    await expectDocumented(request.method ?? 'GET', path, response);
  } finally {
    log.mockRestore();
  }
}
