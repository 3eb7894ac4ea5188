// The start-up as a state machine: every move that is legal, and every one that is not. No socket, no server.
import { createHash } from 'node:crypto';
import { feedAllWays } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import type { StartupInput } from '../src/session/startup/input.ts';
import { encodeBackend, encodeStartup } from '../src/wire/index.ts';
import {
  authenticationOk,
  bytes,
  errorResponse,
  greeting,
  int32,
  message,
  ready,
} from './support/backend.ts';
import { broken, challenge, failure, PARAMETERS, Start, sasl, sent, signature } from './support/start.ts';

const utf8 = new TextDecoder();

describe('legal moves', () => {
  it('no authentication', () => {
    const start = new Start();
    expect(start.session.begin()).toEqual(encodeStartup(PARAMETERS));
    expect(start.feed(authenticationOk, greeting)).toBeUndefined();
    expect(start.session.greeting).toEqual({
      parameters: new Map([
        ['server_version', '17.6 (Test)'],
        ['TimeZone', 'UTC'],
      ]),
      key: { processId: 4711, secretKey: int32(815) },
      version: '3.0',
    });
    expect(start.session.proving).toBe(false);
  });

  it('a server, or pooler, without a cancel key', () => {
    const start = new Start();
    start.feed(authenticationOk, ready);
    expect(start.session.greeting).toMatchObject({ key: undefined });
  });

  it('clear text', () => {
    const start = new Start();
    expect(sent(start.feed(message('R', int32(3))))).toEqual({ kind: 'password', password: 'secret' });
    start.feed(authenticationOk, greeting);
    expect(start.session.greeting).toBeDefined();
  });

  it('md5', () => {
    const start = new Start();
    const salt = Uint8Array.of(0, 1, 254, 255);
    const stored = createHash('md5').update('secretapp').digest('hex');
    const password = `md5${createHash('md5').update(stored).update(salt).digest('hex')}`;
    expect(sent(start.feed(message('R', int32(5), salt)))).toEqual({ kind: 'password', password });
    start.feed(authenticationOk, greeting);
    expect(start.session.greeting).toBeDefined();
  });

  it('SCRAM-SHA-256; a query may follow the proof', async () => {
    const start = new Start();
    expect(sent(start.feed(sasl), 'sasl-initial-response')).toEqual({
      kind: 'sasl-initial-response',
      mechanism: 'SCRAM-SHA-256',
      data: bytes('n,,n=,r=client'),
    });
    const step = start.feed(challenge);
    if (step === undefined || !('challenge' in step)) throw new Error('no challenge');
    expect(start.session.proving).toBe(false);
    const answer = start.session.answer(await start.mechanism.respond(step.challenge));
    expect(start.session.proving).toBe(true);
    expect(sent({ send: answer }, 'sasl-response')).toMatchObject({ kind: 'sasl-response' });
    // The server has run the query by then: its answer stays for the session.
    start.feed(signature(), authenticationOk, greeting, encodeBackend({ kind: 'parse-complete' }));
    expect(start.session.greeting).toBeDefined();
    expect(start.buffer.view()).toEqual(message('1'));
  });

  it('notices anywhere', () => {
    const start = new Start();
    const notice = message('N', 'SNOTICE\0Mhello\0', 0);
    start.feed(notice, authenticationOk, notice, greeting);
    expect(start.session.greeting).toBeDefined();
  });

  it('copies of the messages for those who want them', () => {
    const frames: Uint8Array[] = [];
    new Start({ frames }).feed(authenticationOk, greeting, bytes('rest'));
    expect(bytes(...frames)).toEqual(bytes(authenticationOk, greeting));
  });

  it('in any pieces', () => {
    feedAllWays(
      bytes(authenticationOk, greeting, 'rest'),
      (chunks) => {
        const start = new Start();
        for (const chunk of chunks) start.feed(chunk);
        return start;
      },
      ({ session, buffer }) => {
        expect(session.greeting?.parameters.get('server_version')).toBe('17.6 (Test)');
        expect(session.greeting?.key).toEqual({ processId: 4711, secretKey: int32(815) });
        expect(utf8.decode(buffer.view())).toBe('rest');
      },
    );
  });
});

describe('protocol 3.2', () => {
  const negotiate = (minor: number, ...options: string[]): Uint8Array =>
    encodeBackend({ kind: 'negotiate-protocol-version', negotiation: { minor, options } });

  it('is asked for, and has long cancel keys', () => {
    const start = new Start({ version: '3.2' });
    expect(start.session.begin()).toEqual(encodeStartup(PARAMETERS, '3.2'));
    const secretKey = new Uint8Array(32).fill(7);
    start.feed(authenticationOk, message('K', int32(1), secretKey), ready);
    expect(start.session.greeting).toMatchObject({ version: '3.2', key: { processId: 1, secretKey } });
  });

  it('is given up where the server speaks 3.0 alone', () => {
    const start = new Start({ version: '3.2' });
    start.feed(negotiate(0), authenticationOk, greeting);
    expect(start.session.greeting?.version).toBe('3.0');
  });

  it('goes on without a protocol option that the server does not know', () => {
    const parameters = new Map([...PARAMETERS, ['_pq_.new', '1']]);
    const start = new Start({ version: '3.2', parameters });
    start.feed(negotiate(2, '_pq_.new'), authenticationOk, greeting);
    expect(start.session.greeting?.version).toBe('3.2');
  });

  it.each<[string, Partial<StartupInput>, Uint8Array[]]>([
    ['a newer version than was asked for', {}, [negotiate(2)]],
    ['a version that is reserved', { version: '3.2' }, [negotiate(1)]],
    ['an option that was not sent', { version: '3.2' }, [negotiate(0, '_pq_.other')]],
    ['a negotiation behind authentication', { version: '3.2' }, [authenticationOk, negotiate(0)]],
  ])('refuses %s', (_what, input, parts) => {
    expect(() => new Start(input).feed(...parts)).toThrow(broken('that was not asked for'));
  });
});

describe('eager', () => {
  const eager = (input: Partial<StartupInput> = {}): Start => {
    const start = new Start({ eager: true, ...input });
    start.session.begin();
    return start;
  };
  const FALLBACK = { fallback: true };

  it('sends the first message of SCRAM behind the start-up message, and goes on from there', async () => {
    const start = new Start({ eager: true });
    const startup = encodeStartup(PARAMETERS);
    const first = start.session.begin();
    expect(first.slice(0, startup.length)).toEqual(startup);
    expect(sent({ send: first.slice(startup.length) }, 'sasl-initial-response')).toMatchObject({
      mechanism: 'SCRAM-SHA-256',
      data: bytes('n,,n=,r=client'),
    });
    const step = start.feed(sasl, challenge);
    if (step === undefined || !('challenge' in step)) throw new Error('no challenge');
    start.session.answer(await start.mechanism.respond(step.challenge));
    start.feed(signature(), authenticationOk, greeting);
    expect(start.session.greeting).toBeDefined();
  });

  it.each([
    ['no password', { password: undefined, scram: () => undefined }],
    ['a rule against SCRAM', { requireAuth: ['md5'] as const }],
  ])('is not, with %s', (_what, input) => {
    expect(new Start({ eager: true, ...input }).session.begin()).toEqual(encodeStartup(PARAMETERS));
  });

  it.each([
    ['AuthenticationOk', authenticationOk],
    ['AuthenticationOk and all that follows', bytes(authenticationOk, greeting)],
    ['clear text', message('R', int32(3))],
    ['md5', message('R', int32(5), int32(1))],
    ['GSSAPI', message('R', int32(7))],
    ['SASL without SCRAM-SHA-256', message('R', int32(10), 'OAUTHBEARER\0\0')],
    ['an error', errorResponse('53300', 'too many clients')],
    ['an error behind the offer', bytes(sasl, errorResponse('08P01', 'unexpected message'))],
    ['AuthenticationOk behind the offer', bytes(sasl, authenticationOk)],
    ['what is not Postgres', bytes('HTTP/1.1 400 Bad Request')],
    ['a message of a gigabyte', bytes('R', int32(1_000_000_000))],
  ])('falls back on %s', (_what, reply) => {
    expect(eager().feed(reply)).toEqual(FALLBACK);
  });

  it('falls back when the server hangs up before it has agreed, and not any more after', () => {
    expect(eager().session.end()).toEqual(FALLBACK);
    const offered = eager();
    offered.feed(sasl);
    expect(offered.session.end()).toEqual(FALLBACK);
    const agreed = eager();
    agreed.feed(sasl, challenge);
    expect(() => agreed.session.end()).toThrow(failure('connection_lost', 'during start-up'));
    const refused = eager();
    refused.feed(sasl, challenge);
    expect(() => refused.feed(errorResponse('28P01', 'password authentication failed'))).toThrow(
      failure('auth', 'password authentication failed'),
    );
  });
});

describe('refusals', () => {
  it.each<[string, Partial<StartupInput>, Uint8Array, string]>([
    ['GSSAPI', {}, message('R', int32(7)), 'not supported here: GSSAPI. Let pg_hba.conf'],
    ['SSPI', {}, message('R', int32(9)), 'SSPI'],
    ['Kerberos V5', {}, message('R', int32(2)), 'Kerberos V5'],
    ['an unknown method', {}, message('R', int32(99)), 'number 99'],
    ['channel binding', {}, message('R', int32(10), 'SCRAM-SHA-256-PLUS\0\0'), 'channel binding'],
    ['OAuth', {}, message('R', int32(10), 'OAUTHBEARER\0\0'), 'OAUTHBEARER (an OAuth token)'],
    ['unknown mechanisms', {}, message('R', int32(10), 'A\0constructor\0\0'), 'SASL A, constructor'],
    ['no mechanism', {}, message('R', int32(10), 0), 'SASL'],
    ['clear text without TLS', { allowCleartext: false }, message('R', int32(3)), 'it was not sent'],
    ['a rule against no proof', { requireAuth: ['scram-sha-256'] }, authenticationOk, 'method "none"'],
    ['a rule against clear text', { requireAuth: ['md5'] }, message('R', int32(3)), 'method "password"'],
    [
      'a rule against md5',
      { requireAuth: ['scram-sha-256'] },
      message('R', int32(5), int32(1)),
      'method "md5"',
    ],
    ['a rule against SCRAM', { requireAuth: ['none', 'md5'] }, sasl, 'only none, md5'],
    [
      'an error of class 28',
      {},
      errorResponse('28P01', 'password authentication failed'),
      'password authentication',
    ],
  ])('%s is `auth`', (_what, input, reply, text) => {
    expect(() => new Start(input).feed(reply)).toThrow(failure('auth', text));
  });

  it.each([
    ['clear text', message('R', int32(3))],
    ['md5', message('R', int32(5), int32(1))],
    ['SCRAM', sasl],
  ])('no password for %s is `auth`, and to blame here', (_what, reply) => {
    const start = new Start({ password: undefined, scram: () => undefined });
    expect(() => start.feed(reply)).toThrow(
      expect.objectContaining({ code: 'auth', blame: 'local', safeToRetry: true }),
    );
  });

  it('an error of another class is `server`, with its SQLSTATE', () => {
    expect(() => new Start().feed(errorResponse('3D000', 'database "shop" does not exist'))).toThrow(
      expect.objectContaining({
        code: 'server',
        safeToRetry: true,
        server: expect.objectContaining({ code: '3D000' }),
      }),
    );
  });

  it('a hang-up is `connection_lost`; once the proof is sent, what was behind it may have been run', () => {
    const start = new Start();
    expect(() => start.session.end()).toThrow(failure('connection_lost', 'during start-up'));
    start.feed(sasl);
    start.feed(challenge);
    start.session.answer(bytes('proof'));
    expect(() => start.session.end()).toThrow(failure('connection_lost', 'during start-up', false));
  });

  it('a signature that does not match is `auth`', async () => {
    const start = new Start();
    start.feed(sasl);
    const step = start.feed(challenge);
    if (step === undefined || !('challenge' in step)) throw new Error('no challenge');
    start.session.answer(await start.mechanism.respond(step.challenge));
    expect(() => start.feed(message('R', int32(12), `v=${btoa('x'.repeat(32))}`))).toThrow(
      expect.objectContaining({ code: 'auth' }),
    );
  });
});
