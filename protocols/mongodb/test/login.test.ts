// Hello and the login: what is sent, in how many round trips, what hostile servers try.

import { limitOf } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { md5 } from '@fairlead/sasl';
import { memoryConnector, scriptedPeer } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import type { Connector } from '@fairlead/transport';
import { calculateObjectSize, type Document } from 'bson';
import { describe, expect, it, vi } from 'vitest';
import { openLink } from '../src/connection/open-link.ts';
import type { LinkSettings } from '../src/options/link-settings.ts';
import { int32s, opReply, type Received } from './support/messages.ts';
import {
  ADDRESS,
  HELLO,
  open,
  run,
  ScramServer,
  type ScramTricks,
  SETTINGS,
  ServerEnd,
  serveAll,
  serverOf,
} from './support/server.ts';

expectNoUnhandledRejection();

const CREDENTIALS = { username: 'üser', password: 'pencil', source: 'shop', mechanism: undefined };

/** What an attempt rejects with. */
async function failure(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return ['no error', await attempt];
  } catch (error) {
    return error;
  }
}

const refused = (code: string, message: string) =>
  expect.objectContaining({ code, safeToRetry: true, message: expect.stringContaining(message) });

/** A server that takes no step of the login with hello. */
function scramServer(
  hash: 'SHA-1' | 'SHA-256',
  { mechanisms, tricks = {} }: { mechanisms?: string[]; tricks?: ScramTricks } = {},
) {
  const seen: Received[] = [];
  const password = hash === 'SHA-1' ? md5(new TextEncoder().encode('üser:mongo:pencil')) : 'pencil';
  let scram = new ScramServer(hash, password, tricks);
  const connector = serverOf(
    (server) =>
      serveAll(server, async (received) => {
        seen.push(received);
        const { command } = received;
        if (command.saslStart) scram = new ScramServer(hash, password, tricks);
        return { ...(await scram.answer(command)), ok: 1 };
      }),
    (received) => {
      seen.push(received);
      return { ...HELLO, ...(mechanisms && { saslSupportedMechs: mechanisms }) };
    },
  );
  const connect = (settings: Partial<LinkSettings> = {}) =>
    open(connector, { credentials: CREDENTIALS, ...settings });
  return { seen, connect };
}

describe('hello', () => {
  const helloOf = async (settings: Partial<LinkSettings>, hello: Document = HELLO): Promise<Received> => {
    let seen: Received | undefined;
    const connector = serverOf(
      (server) => serveAll(server, () => ({ ok: 1 })),
      (received) => {
        seen = received;
        return hello;
      },
    );
    const link = await open(connector, settings);
    await link.close();
    if (seen === undefined) throw new Error('no hello');
    return seen;
  };

  it('is OP_QUERY isMaster to a server that is not known', async () => {
    const { opCode, command } = await helloOf({ appName: 'shop' });
    expect(opCode).toBe(2004);
    expect(Object.keys(command)[0]).toBe('isMaster');
    expect(command).toMatchObject({
      isMaster: 1,
      helloOk: true,
      compression: [],
      client: { application: { name: 'shop' } },
    });
    expect(command).not.toHaveProperty('speculativeAuthenticate');
  });

  it('is OP_MSG hello with the Stable API, which every command of the login carries', async () => {
    const { opCode, command } = await helloOf({ serverApi: { version: '1', strict: true } });
    expect(opCode).toBe(2013);
    expect(command).toMatchObject({ hello: 1, apiVersion: '1', apiStrict: true, $db: 'admin' });
    expect(command).not.toHaveProperty('apiDeprecationErrors');
  });

  it('is OP_MSG hello behind a load balancer, which has to name a serviceId', async () => {
    const { opCode, command } = await helloOf({ loadBalanced: true }, { ...HELLO, serviceId: 'abc' });
    expect([opCode, command.loadBalanced]).toEqual([2013, true]);
    const error = await failure(helloOf({ loadBalanced: true }));
    expect(error).toEqual(refused('protocol', 'serviceId'));
  });

  it('has at most 512 bytes of metadata, whatever the name', async () => {
    const { command } = await helloOf({ appName: 'x'.repeat(128) });
    expect(calculateObjectSize(command.client)).toBeLessThanOrEqual(512);
  });

  it.each([
    ['too old', { ...HELLO, maxWireVersion: 7 }],
    ['too new', { ...HELLO, minWireVersion: 99, maxWireVersion: 100 }],
    ['without a version', { ok: 1 }],
  ])('refuses a server that is %s', async (_what, hello) => {
    expect(await failure(open(serverOf(async () => undefined, hello)))).toEqual(
      refused('protocol', 'wire versions'),
    );
  });

  it('may be refused', async () => {
    const hello = { ok: 0, code: 323, codeName: 'APIStrictError', errmsg: 'strict' };
    expect(await failure(open(serverOf(async () => undefined, hello)))).toMatchObject({
      code: 'server',
      safeToRetry: true,
      server: { code: '323', message: 'strict', fields: { codeName: 'APIStrictError' } },
    });
  });

  it.each<[string, Document, Document]>([
    ['standalone', {}, { maxWriteBatchSize: 100_000, setName: undefined, hosts: [] }],
    ['mongos', { msg: 'isdbgrid' }, {}],
    [
      'primary',
      { setName: 'rs', hosts: ['A:1', 'b:2'], passives: ['c:3'], primary: 'A:1', me: 'A:1' },
      { hosts: ['a:1', 'b:2', 'c:3'], primary: 'a:1', me: 'a:1' },
    ],
    [
      'secondary',
      { setName: 'rs', isWritablePrimary: false, secondary: true, tags: { dc: 'x', n: 1 } },
      { tags: { dc: 'x' } },
    ],
    ['arbiter', { setName: 'rs', isWritablePrimary: false, arbiterOnly: true }, {}],
    ['other', { setName: 'rs', isWritablePrimary: false }, {}],
    ['other', { setName: 'rs', hidden: true }, {}],
    ['other', { isWritablePrimary: false, isreplicaset: true }, {}],
    [
      'standalone',
      {
        maxBsonObjectSize: -5,
        maxMessageSizeBytes: 2 ** 40,
        maxWriteBatchSize: 'x',
        hosts: 'x',
        tags: 5,
        lastWrite: 5,
        setVersion: 7n,
      },
      {
        maxBsonObjectSize: 16_777_216,
        maxMessageSizeBytes: 48_000_000,
        maxWriteBatchSize: 100_000,
        setVersion: 7,
      },
    ],
    ['standalone', { lastWrite: { lastWriteDate: new Date(5) } }, { lastWriteDate: new Date(5) }],
  ])('describes a %s', async (kind, more, expected) => {
    const link = await open(serverOf(async (server) => void (await server.read()), { ...HELLO, ...more }));
    expect(link.server).toMatchObject({ kind, ...expected });
    expect([link.address, link.peer.hostname]).toEqual(['db.test:27017', 'db.test']);
    await link.close();
  });
});

describe('a login', () => {
  it('takes two round trips where the server takes the first step with hello', async () => {
    const seen: Received[] = [];
    const scram = new ScramServer('SHA-256', 'pencil');
    const connector = memoryConnector(async (line) => {
      const server = new ServerEnd(line);
      const hello = await server.expect();
      seen.push(hello);
      const answer = await scram.answer(hello.command.speculativeAuthenticate);
      await server.answer(hello, {
        ...HELLO,
        speculativeAuthenticate: answer,
        saslSupportedMechs: ['SCRAM-SHA-1'],
      });
      await serveAll(server, async (received) => {
        seen.push(received);
        return received.command.saslContinue
          ? { ...(await scram.answer(received.command)), ok: 1 }
          : { ok: 1 };
      });
    });
    const link = await open(connector, { credentials: CREDENTIALS });
    expect(seen.map(({ command }) => Object.keys(command)[0])).toEqual(['isMaster', 'saslContinue']);
    expect(seen[0]?.command).toMatchObject({
      saslSupportedMechs: 'shop.üser',
      speculativeAuthenticate: {
        saslStart: 1,
        mechanism: 'SCRAM-SHA-256',
        options: { skipEmptyExchange: true },
        db: 'shop',
      },
    });
    expect(seen[1]?.command).toMatchObject({ conversationId: 5, $db: 'shop' });
    expect(await run(link, { ping: 1 })).toEqual({ ok: 1 });
    await link.close();
  });

  it.each([
    ['SHA-256', undefined, undefined],
    ['SHA-256', ['SCRAM-SHA-1', 'SCRAM-SHA-256'], undefined],
    ['SHA-1', ['SCRAM-SHA-1'], undefined],
    ['SHA-1', undefined, 'SCRAM-SHA-1'],
  ] as const)(
    'by SCRAM-%s where the server lists %j and the caller says %s',
    async (hash, mechanisms, mechanism) => {
      const server = scramServer(hash, { ...(mechanisms && { mechanisms: [...mechanisms] }) });
      const link = await server.connect({ credentials: { ...CREDENTIALS, mechanism } });
      expect(server.seen.map(({ command }) => Object.keys(command)[0])).toEqual([
        'isMaster',
        'saslStart',
        'saslContinue',
      ]);
      expect(server.seen[1]?.command).toMatchObject({ mechanism: `SCRAM-${hash}`, $db: 'shop' });
      expect('saslSupportedMechs' in (server.seen[0]?.command ?? {})).toBe(mechanism === undefined);
      await link.close();
    },
  );

  it('sends a last empty message to a server that knows no skipEmptyExchange', async () => {
    const server = scramServer('SHA-256', { tricks: { hasExtraStep: true } });
    const link = await server.connect();
    expect(server.seen.at(-1)?.command.payload.length()).toBe(0);
    await link.close();
  });

  it('derives its keys once for several connections', async () => {
    const server = scramServer('SHA-256');
    const derive = vi.spyOn(crypto.subtle, 'deriveBits');
    const password = 'pencil';
    for (let i = 0; i < 2; i++) {
      await (
        await server.connect({ credentials: { ...CREDENTIALS, username: 'another', password } })
      ).close();
    }
    // The server in this test derives them each time; the client has them of the first login, or of an earlier test.
    expect(derive.mock.calls.length).toBeLessThanOrEqual(3);
    derive.mockRestore();
  });

  it('is skipped at an arbiter', async () => {
    const hello = { ...HELLO, setName: 'rs', isWritablePrimary: false, arbiterOnly: true };
    const link = await open(
      serverOf(async (server) => void (await server.read()), hello),
      { credentials: CREDENTIALS },
    );
    expect(link.server.kind).toBe('arbiter');
    await link.close();
  });

  it('asks the function that gives the password', async () => {
    const server = scramServer('SHA-256');
    const link = await server.connect({ credentials: { ...CREDENTIALS, password: async () => 'pencil' } });
    await link.close();
  });

  it('by PLAIN needs TLS, and is not begun with hello', async () => {
    const credentials = { ...CREDENTIALS, mechanism: 'PLAIN', source: '$external' } as const;
    const server = scramServer('SHA-256');
    expect(await failure(server.connect({ credentials }))).toEqual(refused('usage', 'TLS'));
    expect(server.seen).toEqual([]);
  });

  it.each<[string, string, ScramTricks]>([
    ['auth', 'signature does not match', { signature: btoa('not the signature') }],
    ['auth', 'does not extend', { nonce: () => 'another' }],
    ['auth', 'does not extend', { nonce: (client) => client }],
    ['auth', 'at most 100000', { iterations: '1000000000' }],
    ['auth', 'malformed', { iterations: '-1' }],
    ['protocol', 'at least 4096', { iterations: '4095' }],
    ['protocol', 'at least 4096', { iterations: '1' }],
  ])('ends with %s: %s', async (code, what, tricks) => {
    const server = scramServer('SHA-256', { tricks });
    expect(await failure(server.connect())).toEqual(refused(code, what));
  });

  it.each<[string, string, Document]>([
    [
      'auth',
      'Authentication failed',
      { ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'Authentication failed.' },
    ],
    ['auth', 'bad auth', { ok: 0, code: 8000, codeName: 'AtlasError', errmsg: 'bad auth : pencil' }],
    ['server', 'no such', { ok: 0, code: 59, errmsg: 'no such command' }],
    ['protocol', 'no payload', { ok: 1, conversationId: 1 }],
    ['protocol', 'no payload', { ok: 1, payload: 'text', conversationId: 1 }],
  ])('refused is %s: %s', async (code, what, answer) => {
    const connector = serverOf((server) => serveAll(server, () => answer));
    const error = await failure(open(connector, { credentials: CREDENTIALS }));
    expect(error).toEqual(refused(code, what));
    expect(JSON.stringify(error) + String(error)).not.toContain('pencil');
  });

  it('ends where the server says done before it has proved anything, or never', async () => {
    const early = serverOf((server) =>
      serveAll(server, async ({ command }) => ({
        ...(await new ScramServer('SHA-256', 'x').answer(command)),
        done: true,
        ok: 1,
      })),
    );
    expect(await failure(open(early, { credentials: CREDENTIALS }))).toEqual(
      refused('auth', 'did not prove'),
    );
    const scram = new ScramServer('SHA-256', 'pencil');
    const endless = serverOf((server) =>
      serveAll(server, async ({ command }) => ({ ...(await scram.answer(command)), done: false, ok: 1 })),
    );
    expect(await failure(open(endless, { credentials: CREDENTIALS }))).toEqual(
      refused('auth', 'out of turn'),
    );
  });
});

describe('a login by certificate', () => {
  const credentials = {
    username: '',
    password: '',
    source: '$external',
    mechanism: 'MONGODB-X509' as const,
  };
  const tlsOptions = { cert: 'cert', key: 'key' };

  async function logIn(settings: Partial<LinkSettings>, hello: Document, answer: Document = { ok: 1 }) {
    const seen: Document[] = [];
    const dialled: unknown[] = [];
    const inner = serverOf(
      (server) =>
        serveAll(server, async ({ command }) => {
          seen.push(command);
          return answer;
        }),
      ({ command }) => {
        seen.push(command);
        return { ...HELLO, ...hello };
      },
    );
    const connector: Connector = (address, options) => {
      dialled.push(options?.tlsOptions);
      return inner(address, options);
    };
    const result = await failure(open(connector, { credentials, tls: true, tlsOptions, ...settings }));
    return { seen, dialled, result };
  }

  it('is a part of hello, and no step follows', async () => {
    const { seen, dialled } = await logIn({}, { speculativeAuthenticate: { dbname: '$external' } });
    expect(dialled).toEqual([tlsOptions]);
    expect(seen.length).toBe(1);
    const { speculativeAuthenticate, saslSupportedMechs } = seen[0] ?? {};
    expect(speculativeAuthenticate).toEqual({ authenticate: 1, mechanism: 'MONGODB-X509', db: '$external' });
    expect(saslSupportedMechs).toBeUndefined();
  });

  it('is a command of its own where the server dropped it, with the name that was given', async () => {
    const { seen } = await logIn({ credentials: { ...credentials, username: 'CN=app' } }, {});
    expect(seen[1]).toMatchObject({
      authenticate: 1,
      mechanism: 'MONGODB-X509',
      user: 'CN=app',
      $db: '$external',
    });
  });

  it('fails where the server knows no such subject', async () => {
    const refusal = { ok: 0, code: 18, errmsg: 'Authentication failed.' };
    const { result } = await logIn({}, {}, refusal);
    expect(result).toMatchObject({
      code: 'auth',
      safeToRetry: true,
      message: expect.stringContaining('subject of the client certificate'),
    });
  });
});

describe('an attempt', () => {
  it('keeps why TLS failed, and has no other advice then', async () => {
    const tlsFailure = new FairleadError('tls_failed', 'unknown authority', { reason: 'unknown_issuer' });
    const error = await failure(open(() => Promise.reject(tlsFailure), { tls: true }));
    expect(error).toMatchObject({ reason: 'unknown_issuer', message: 'unknown authority' });
  });

  it('names the settings that may be wrong', async () => {
    const wrong = { ok: 0, code: 18, errmsg: 'Authentication failed.' };
    const refusing = serverOf((server) => serveAll(server, () => wrong));
    const attempts: [Promise<unknown>, string][] = [
      [
        open(refusing, { credentials: CREDENTIALS }),
        "Authentication failed. (the user's database, authSource: shop)",
      ],
      [
        open(
          memoryConnector((line) => line.end()),
          { tls: false },
        ),
        'it may want TLS',
      ],
      [
        open(() => Promise.reject(new FairleadError('tls_failed', 'no TLS', { safeToRetry: true })), {
          tls: true,
        }),
        'no TLS; a server that has no TLS needs tls=false',
      ],
    ];
    for (const [attempt, message] of attempts) {
      expect(await failure(attempt)).toMatchObject({
        safeToRetry: true,
        message: expect.stringContaining(message),
      });
    }
  });

  it('ends in every state when the server does', async () => {
    const hello = opReply(1, HELLO);
    for (let length = 0; length < hello.length; length += 7) {
      const peer = scriptedPeer();
      peer.expectLength(16);
      peer.send(hello.slice(0, length)).end();
      expect(await failure(open(peer.connector))).toEqual(
        refused('connection_lost', 'closed the connection'),
      );
    }
  });

  it.each([
    ['a wrong responseTo', opReply(9, HELLO)],
    ['a length of 0', int32s(0, 1, 1, 1)],
    ['more than a mebibyte', int32s(2 << 20, 1, 1, 1)],
    ['HTTP', new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['two answers', new Uint8Array([...opReply(1, HELLO), ...opReply(1, HELLO)])],
    [
      'a compressed answer',
      (() => {
        const bytes = opReply(1, HELLO);
        bytes.set(int32s(2012), 12);
        return bytes;
      })(),
    ],
  ])('is refused: %s', async (_what, bytes) => {
    const peer = scriptedPeer();
    peer.expectLength(16);
    peer.send(bytes);
    expect(await failure(open(peer.connector))).toMatchObject({
      code: 'protocol',
      safeToRetry: true,
      peer: { hostname: 'db.test' },
    });
  });

  it('takes no longer than its limit', async () => {
    const silent = scriptedPeer();
    silent.expectLength(16);
    expect(await failure(open(silent.connector, {}, 50))).toEqual(refused('connect_timeout', 'within 50 ms'));
  });

  it('may be aborted, by its own signal and by the client', async () => {
    for (const which of ['attempt', 'life']) {
      const silent = scriptedPeer();
      silent.expectLength(16);
      const abort = new AbortController();
      const other = new AbortController();
      setTimeout(() => abort.abort(), 10);
      const settings = {
        ...SETTINGS,
        connector: silent.connector,
        signal: which === 'life' ? abort.signal : other.signal,
      };
      const limit = limitOf({ signal: which === 'life' ? other.signal : abort.signal, timeoutMs: 5_000 });
      expect(await failure(openLink(ADDRESS, settings, limit))).toMatchObject({
        code: 'aborted',
        safeToRetry: true,
      });
    }
  });
});
