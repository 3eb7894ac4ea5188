// Several hosts: which one is taken, when the search goes on, and what is said when none will do.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import {
  acceptsAnswer,
  acceptsSession,
  connectFirst,
  type Probe,
  sessionQuestion,
} from '../src/connection/open/hosts.ts';
import type { SessionAttrs } from '../src/options/connect-options.ts';

type Status = Record<string, string>;

interface Session {
  readonly host: string;
  readonly status: Status;
  /** What it answers when it is asked; an error is thrown. */
  readonly answer?: unknown;
}

const PRIMARY: Status = { in_hot_standby: 'off', default_transaction_read_only: 'off' };
const STANDBY: Status = { in_hot_standby: 'on', default_transaction_read_only: 'off' };
const READ_ONLY: Status = { in_hot_standby: 'off', default_transaction_read_only: 'on' };

const refused = new FairleadError('connect_failed', 'nothing listens', { safeToRetry: true });

/** Hosts named by their letters, and what became of each. */
function cluster(members: Record<string, Status | Error | Omit<Session, 'host'>>) {
  const log: string[] = [];
  const probe: Probe<Session> = {
    status: ({ status }) => new Map(Object.entries(status)),
    ask: async ({ host, answer }, statement) => {
      log.push(`${host}? ${statement}`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    close: async ({ host }) => {
      log.push(`-${host}`);
    },
  };
  const attempt = async ({ hostname }: { hostname: string }): Promise<Session> => {
    log.push(`+${hostname}`);
    const member = members[hostname];
    if (member === undefined || member instanceof Error) throw member ?? refused;
    return {
      host: hostname,
      ...('status' in member ? (member as Omit<Session, 'host'>) : { status: member }),
    };
  };
  const connect = (sessionAttrs: SessionAttrs = 'any', random?: () => number): Promise<string> =>
    connectFirst(
      {
        addresses: Object.keys(members).map((hostname) => ({ hostname, port: 5432 })),
        sessionAttrs,
        loadBalance: random !== undefined,
      },
      attempt,
      probe,
      random,
    ).then(({ host }) => host);
  return { log, connect };
}

const failure = (connecting: Promise<unknown>): Promise<FairleadError> =>
  connecting.then(
    () => {
      throw new Error('it connected');
    },
    (error: FairleadError) => error,
  );

describe('which session will do', () => {
  it.each<[SessionAttrs, Status, string]>([
    ['any', {}, 'yes'],
    ['read-write', PRIMARY, 'yes'],
    ['read-write', STANDBY, 'no'],
    ['read-write', READ_ONLY, 'no'],
    ['read-write', { in_hot_standby: 'off' }, 'ask'],
    ['read-only', PRIMARY, 'no'],
    ['read-only', STANDBY, 'yes'],
    ['read-only', READ_ONLY, 'yes'],
    ['read-only', { default_transaction_read_only: 'on' }, 'ask'],
    ['primary', PRIMARY, 'yes'],
    ['primary', READ_ONLY, 'yes'],
    ['primary', STANDBY, 'no'],
    ['primary', {}, 'ask'],
    ['standby', STANDBY, 'yes'],
    ['standby', READ_ONLY, 'no'],
    ['standby', {}, 'ask'],
    ['prefer-standby', STANDBY, 'yes'],
    ['prefer-standby', PRIMARY, 'no'],
  ])('%s of %j: %s', (attrs, status, verdict) => {
    expect(acceptsSession(attrs, new Map(Object.entries(status)))).toBe(verdict);
  });

  it.each<[SessionAttrs, string, unknown, boolean]>([
    ['read-write', 'SHOW transaction_read_only', 'off', true],
    ['read-write', 'SHOW transaction_read_only', 'on', false],
    ['read-only', 'SHOW transaction_read_only', 'on', true],
    ['primary', 'SELECT pg_catalog.pg_is_in_recovery()', false, true],
    ['primary', 'SELECT pg_catalog.pg_is_in_recovery()', 't', false],
    ['standby', 'SELECT pg_catalog.pg_is_in_recovery()', true, true],
    ['standby', 'SELECT pg_catalog.pg_is_in_recovery()', 'f', false],
    ['prefer-standby', 'SELECT pg_catalog.pg_is_in_recovery()', 't', true],
  ])('%s asks %s; %s: %s', (attrs, question, answer, accepted) => {
    expect(sessionQuestion(attrs)).toBe(question);
    expect(acceptsAnswer(attrs, answer)).toBe(accepted);
  });
});

describe('the order', () => {
  it('is the one given, and ends with the first that will do', async () => {
    const { log, connect } = cluster({ a: refused, b: PRIMARY, c: PRIMARY });
    expect(await connect()).toBe('b');
    expect(log).toEqual(['+a', '+b']);
  });

  it('is random where that was asked for, each host once', async () => {
    const { log, connect } = cluster({ a: refused, b: refused, c: PRIMARY, d: refused });
    const numbers = [0.99, 0, 0.5, 0];
    expect(await connect('any', () => numbers.shift() ?? 0)).toBe('c');
    expect(log).toEqual(['+d', '+a', '+c']);
  });

  it('closes sessions that will not do', async () => {
    const { log, connect } = cluster({ a: STANDBY, b: READ_ONLY, c: PRIMARY });
    expect(await connect('read-write')).toBe('c');
    expect(log).toEqual(['+a', '-a', '+b', '-b', '+c']);
  });

  it('asks servers that do not say', async () => {
    const { log, connect } = cluster({
      a: { status: {}, answer: 'on' },
      b: { status: {}, answer: 'off' },
    });
    expect(await connect('read-write')).toBe('b');
    const question = 'SHOW transaction_read_only';
    expect(log).toEqual(['+a', `a? ${question}`, '-a', '+b', `b? ${question}`]);
  });

  it('goes round a second time for any, but only to those that answered', async () => {
    const { log, connect } = cluster({ a: refused, b: PRIMARY, c: READ_ONLY });
    expect(await connect('prefer-standby')).toBe('b');
    expect(log).toEqual(['+a', '+b', '-b', '+c', '-c', '+b']);
  });

  it('needs no second time where there is a standby', async () => {
    const { log, connect } = cluster({ a: PRIMARY, b: STANDBY });
    expect(await connect('prefer-standby')).toBe('b');
    expect(log).toEqual(['+a', '-a', '+b']);
  });
});

describe('what ends the search', () => {
  const starting = new FairleadError('server', 'the database system is starting up', {
    server: { code: '57P03', message: 'the database system is starting up' },
  });

  it.each([
    refused,
    starting,
    new FairleadError('connect_timeout', 'no answer'),
    new FairleadError('connection_lost', 'a proxy without a server'),
  ])('%s does not', async (error) => {
    expect(await cluster({ a: error, b: PRIMARY }).connect()).toBe('b');
  });

  it.each([
    new FairleadError('auth', 'password authentication failed'),
    new FairleadError('tls_failed', 'certificate'),
    new FairleadError('policy', 'blocked'),
    new FairleadError('aborted', 'signal'),
    new FairleadError('protocol', 'no Postgres'),
    new FairleadError('server', 'too many', { server: { code: '53300', message: 'too many' } }),
    new FairleadError('server', 'no database', { server: { code: '3D000', message: 'no database' } }),
    new TypeError('a bug'),
  ])('%s does', async (error) => {
    const { log, connect } = cluster({ a: error, b: PRIMARY });
    expect(await failure(connect())).toBe(error);
    expect(log).toEqual(['+a']);
  });

  it('is an answer that fails, unless the connection did; the session is closed', async () => {
    const lost = new FairleadError('connection_lost', 'gone');
    const first = cluster({ a: { status: {}, answer: lost }, b: PRIMARY });
    expect(await first.connect('primary')).toBe('b');
    expect(first.log).toContain('-a');
    const denied = new FairleadError('server', 'denied', { server: { code: '42501', message: 'denied' } });
    const second = cluster({ a: { status: {}, answer: denied }, b: PRIMARY });
    expect(await failure(second.connect('primary'))).toBe(denied);
    expect(second.log.at(-1)).toBe('-a');
  });
});

describe('when none will do', () => {
  it('throws the failure of an only host as it is', async () => {
    expect(await failure(cluster({ a: refused }).connect())).toBe(refused);
  });

  it('says what happened to each, under the code of the last', async () => {
    const late = new FairleadError('connect_timeout', `late ${'x'.repeat(500)}`, {
      safeToRetry: true,
      peer: { hostname: 'c', port: 5432, tls: false },
    });
    const error = await failure(cluster({ a: refused, b: STANDBY, c: late }).connect('primary'));
    expect(error).toMatchObject({
      name: 'FairleadError',
      code: 'connect_timeout',
      blame: 'network',
      safeToRetry: true,
      peer: { hostname: 'c' },
    });
    expect(error.message).toContain(
      'a:5432: nothing listens | b:5432: The session is not primary. | c:5432: late',
    );
    expect(error.message.length).toBeLessThan(400);
    expect((error.cause as AggregateError).errors).toHaveLength(3);
  });

  it('blames the peer for sessions of another kind', async () => {
    expect(await failure(cluster({ a: PRIMARY }).connect('standby'))).toMatchObject({
      code: 'connect_failed',
      blame: 'peer',
      safeToRetry: true,
      message: 'The session is not standby.',
    });
  });
});
