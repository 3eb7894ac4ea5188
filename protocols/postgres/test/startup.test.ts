// The start-up against scripted servers: TLS, every way to authenticate, and servers that cheat.
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { encodeSslRequest } from '../src/wire/encode/client.ts';
import {
  authenticationOk,
  ByteReader,
  bytes,
  errorResponse,
  greeting,
  int32,
  message,
} from './support/backend.ts';

const plain = 'postgres://app:secret@db.test/shop?sslmode=disable';
const safe = 'postgres://app:secret@db.test/shop';

/** Dials a server that is played by `play`. */
function against(play: (line: MemoryServer, reader: ByteReader) => Promise<void>, url = plain, options = {}) {
  const connector = memoryConnector((line) => play(line, new ByteReader(line)));
  return connect(url, { connector, connectTimeoutMs: 1000, ...options }).then(
    (client) => client,
    (error: unknown) => error,
  );
}

/** Answers the SSLRequest, then goes on inside TLS. */
function inTls(play: (line: MemoryServer, reader: ByteReader) => Promise<void>) {
  return async (line: MemoryServer): Promise<void> => {
    expect(await line.read(8)).toEqual(encodeSslRequest());
    await line.write(bytes('S'));
    await line.startTls();
    await play(line, new ByteReader(line));
  };
}

/** Reads the StartupMessage, then asks for a proof. */
async function ask(line: MemoryServer, reader: ByteReader, ...request: Uint8Array[]): Promise<string> {
  await reader.packet();
  await line.write(message('R', ...request));
  const answer = await reader.message();
  return new TextDecoder().decode(answer?.body);
}

const accept = (line: MemoryServer): Promise<void> => line.write(bytes(authenticationOk, greeting));
const hmac = (key: Uint8Array, text: string): Uint8Array => createHmac('sha256', key).update(text).digest();

/** A server's half of SCRAM-SHA-256, written from RFC 5802, with ways to cheat. */
function scram(cheat: { nonce?: string; iterations?: number; signature?: string; skipFinal?: boolean } = {}) {
  return async (line: MemoryServer, reader: ByteReader): Promise<void> => {
    const initial = await ask(line, reader, int32(10), bytes('SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0'));
    expect(initial).toMatch(/^SCRAM-SHA-256\0/);
    const bare = initial.slice(initial.indexOf('n,,') + 3);
    const salt = new Uint8Array([1, 2, 3, 4]);
    const iterations = cheat.iterations ?? 4096;
    const nonce = cheat.nonce ?? `${bare.slice(bare.indexOf('r=') + 2)}server`;
    const first = `r=${nonce},s=${Buffer.from(salt).toString('base64')},i=${iterations}`;
    await line.write(message('R', int32(11), first));
    const final = new TextDecoder().decode((await reader.message())?.body);
    const [withoutProof = '', proof = ''] = final.split(',p=');
    const salted = pbkdf2Sync('secret', salt, iterations, 32, 'sha256');
    const signed = `${bare},${first},${withoutProof}`;
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), signed);
    expect(proof).toBe(
      Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0))).toString('base64'),
    );
    const ours = Buffer.from(hmac(hmac(salted, 'Server Key'), signed)).toString('base64');
    if (!cheat.skipFinal) await line.write(message('R', int32(12), cheat.signature ?? `v=${ours}`));
    await accept(line);
  };
}

describe('TLS', () => {
  it('is on by default, and asked for before anything else', async () => {
    const client = await against(
      inTls(async (line, reader) => {
        await reader.packet();
        await accept(line);
      }),
      safe,
    );
    expect(client).toMatchObject({ server: { version: '17.6 (Test)' }, processId: 4711 });
  });

  it.each([
    ['N', 'tls_failed', 'does not offer TLS'],
    ['E', 'protocol', 'an error'],
    ['HTTP/1.1 400', 'protocol', 'no answer'],
    ['Sx', 'tls_failed', 'injected'],
    ['S\x16\x03', 'tls_failed', 'injected'],
  ])('the answer %s is %s', async (answer, code, text) => {
    const error = await against(async (line) => {
      await line.read(8);
      await line.write(bytes(answer));
    }, safe);
    expect(error).toMatchObject({ code, safeToRetry: true, message: expect.stringContaining(text) });
  });

  it('never goes on in clear text when the handshake fails', async () => {
    const connector = memoryConnector(
      async (line) => {
        await line.read(8);
        await line.write(bytes('S'));
        await line.startTls();
      },
      { tls: 'untrusted' },
    );
    await expect(connect(safe, { connector })).rejects.toMatchObject({ code: 'tls_failed' });
  });

  it('a server that hangs up instead of answering is `connection_lost`', async () => {
    expect(await against(async (line) => line.close(), safe)).toMatchObject({ code: 'connection_lost' });
  });
});

describe('passwords', () => {
  it('SCRAM-SHA-256, over plain text too', async () => {
    expect(await against(scram())).toMatchObject({ processId: 4711 });
  });

  it('md5', async () => {
    const client = await against(async (line, reader) => {
      const answer = await ask(line, reader, int32(5), new Uint8Array([1, 2, 3, 4]));
      const stored = createHash('md5').update('secretapp').digest('hex');
      const expected = createHash('md5')
        .update(stored)
        .update(new Uint8Array([1, 2, 3, 4]))
        .digest('hex');
      expect(answer).toBe(`md5${expected}\0`);
      await accept(line);
    });
    expect(client).toMatchObject({ processId: 4711 });
  });

  it('in clear text inside TLS', async () => {
    const client = await against(
      inTls(async (line, reader) => {
        expect(await ask(line, reader, int32(3))).toBe('secret\0');
        await accept(line);
      }),
      safe,
    );
    expect(client).toMatchObject({ processId: 4711 });
  });

  it('in clear text without TLS: refused, and not sent', async () => {
    const sent = Promise.withResolvers<unknown>();
    const error = await against(async (line, reader) => {
      await reader.packet();
      await line.write(message('R', int32(3)));
      sent.resolve(await reader.take(1).catch(() => 'nothing'));
    });
    expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining('allowCleartextPassword') });
    expect(String((error as Error).stack)).not.toContain('secret');
    expect(await sent.promise).toBe('nothing');
  });

  it('in clear text without TLS, when asked for by name', async () => {
    const play = async (line: MemoryServer, reader: ByteReader): Promise<void> => {
      expect(await ask(line, reader, int32(3))).toBe('secret\0');
      await accept(line);
    };
    expect(await against(play, plain, { allowCleartextPassword: true })).toMatchObject({ processId: 4711 });
  });

  it('none given: says so', async () => {
    const error = await against(
      (line, reader) => ask(line, reader, int32(3)).then(() => undefined),
      plain.replace(':secret', ''),
      {
        allowCleartextPassword: true,
      },
    );
    expect(error).toMatchObject({ code: 'auth', blame: 'local' });
  });

  it.each([
    ['none', (line: MemoryServer, reader: ByteReader) => reader.packet().then(() => accept(line))],
    [
      'md5',
      (line: MemoryServer, reader: ByteReader) => ask(line, reader, int32(5), int32(1)).then(() => undefined),
    ],
  ])('require_auth=scram-sha-256 refuses a server that asks for %s', async (_method, play) => {
    expect(await against(play, `${plain}&require_auth=scram-sha-256`)).toMatchObject({ code: 'auth' });
  });
});

describe('servers that cheat', () => {
  it.each([
    ['a nonce that does not extend ours', scram({ nonce: 'other' }), 'auth'],
    ['a million iterations', scram({ iterations: 1_000_000 }), 'auth'],
    ['a wrong signature', scram({ signature: `v=${btoa('x'.repeat(32))}` }), 'auth'],
    ['no signature', scram({ signature: 'v=' }), 'auth'],
    ['an error instead of a signature', scram({ signature: 'e=other-error' }), 'auth'],
    ['AuthenticationOk without the signature', scram({ skipFinal: true }), 'protocol'],
  ])('%s', async (_name, play, code) => {
    expect(await against(play)).toMatchObject({ name: 'FairleadError', code });
  });

  it.each([
    ['GSSAPI', message('R', int32(7)), 'auth'],
    ['only SCRAM-SHA-256-PLUS', message('R', int32(10), 'SCRAM-SHA-256-PLUS\0\0'), 'auth'],
    ['a SCRAM step out of turn', message('R', int32(11), 'r=x'), 'protocol'],
    ['ready without authentication', greeting, 'protocol'],
    ['a message of a gigabyte', bytes('R', int32(1_000_000_000)), 'protocol'],
    ['a negative length', bytes('R', int32(-1)), 'protocol'],
    ['a row', message('D', 0, 0), 'protocol'],
    ['bytes behind its request', bytes(message('R', int32(5), int32(1)), authenticationOk), 'protocol'],
    ['an error in class 28', errorResponse('28P01', 'password authentication failed'), 'auth'],
    ['an error of another class', errorResponse('3D000', 'database "shop" does not exist'), 'server'],
    ['too many connections', errorResponse('53300', 'sorry, too many clients already'), 'server'],
  ])('%s', async (_name, reply, code) => {
    const error = await against(async (line, reader) => {
      await reader.packet();
      await line.write(reply);
    });
    expect(error).toMatchObject({ name: 'FairleadError', code });
  });

  it('notices without end are cut off', async () => {
    const error = await against(async (line, reader) => {
      await reader.packet();
      const notice = message('N', 'M', 'x'.repeat(60_000), 0, 0);
      for (let i = 0; i < 20; i += 1) await line.write(notice);
    });
    expect(error).toMatchObject({ code: 'protocol' });
  });

  it('a silent server is `connect_timeout`, a hang-up `connection_lost`, an abort `aborted`', async () => {
    const silent = async (line: MemoryServer): Promise<void> => {
      await line.closed;
    };
    expect(await against(silent, plain, { connectTimeoutMs: 30 })).toMatchObject({
      code: 'connect_timeout',
      safeToRetry: true,
    });
    expect(await against(silent, safe, { connectTimeoutMs: 30 })).toMatchObject({ code: 'connect_timeout' });
    expect(
      await against(async (line, reader) => {
        await reader.packet();
        await line.close();
      }),
    ).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    expect(await against(silent, plain, { signal: controller.signal })).toMatchObject({ code: 'aborted' });
    expect(await against(silent, plain, { signal: AbortSignal.abort() })).toMatchObject({ code: 'aborted' });
  });
});
