// The start-up against played servers: not one byte of a credential before TLS, every way to authenticate, and servers
// that cheat.
import { createHash } from 'node:crypto';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { isSslRequest } from '../src/connection/mysql2/startup-transport.ts';
import { type Client, connect } from '../src/index.ts';
import type { ConnectOptions } from '../src/options/connect-options.ts';
import {
  bytes,
  err,
  greeting,
  NO_TLS,
  ok,
  PacketReader,
  packets,
  plainUrl,
  SCRAMBLE,
  safeUrl,
} from './support/backend.ts';

type Play = (line: MemoryServer) => Promise<void>;

/** Dials a server that is played by `play`: the client, or what `connect` rejected with. */
async function against(play: Play, url = plainUrl, options: ConnectOptions = {}): Promise<Client | unknown> {
  const connector = memoryConnector(play);
  return connect(url, { connector, connectTimeoutMs: 2000, timeZone: 'session', ...options }).catch(
    (error: unknown) => error,
  );
}

/** Greets, reads the SSLRequest and goes on inside TLS. Everything that came before is handed to `seen`. */
function inTls(play: (line: MemoryServer, reader: PacketReader) => Promise<void>, hello = greeting()): Play {
  return async (line) => {
    await line.write(packets(0, hello));
    const request = (await line.read(36))?.slice();
    expect(request !== undefined && isSslRequest(request)).toBe(true);
    await line.startTls();
    await play(line, new PacketReader(line));
  };
}

/** Asks for another method, and hands back what the client answers. */
async function switchTo(line: MemoryServer, reader: PacketReader, method: string, data: Uint8Array) {
  await reader.next();
  await line.write(packets(reader.sequence + 1, bytes(0xfe, method, 0, data, 0)));
  return reader.next();
}

const accept = (line: MemoryServer, reader: PacketReader): Promise<void> =>
  line.write(packets(reader.sequence + 1, ok()));
const sha1 = (...parts: (Uint8Array | string)[]) =>
  createHash('sha1')
    .update(bytes(...parts))
    .digest();
const sha256 = (...parts: (Uint8Array | string)[]) =>
  createHash('sha256')
    .update(bytes(...parts))
    .digest();
const xor = (a: Uint8Array, b: Uint8Array) => a.map((byte, i) => byte ^ (b[i % b.length] ?? 0));

/** A server's key for passwords, in PEM, and what undoes it. */
async function rsaKeys() {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' };
  const spec = { ...algorithm, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
  const pair = await crypto.subtle.generateKey(spec, true, ['encrypt', 'decrypt']);
  const { publicKey, privateKey } = pair as CryptoKeyPair;
  const spki = Buffer.from((await crypto.subtle.exportKey('spki', publicKey)) as ArrayBuffer).toString(
    'base64',
  );
  return {
    pem: `-----BEGIN PUBLIC KEY-----\n${spki.replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`,
    open: async (sealed: Uint8Array) =>
      new Uint8Array(await crypto.subtle.decrypt(algorithm, privateKey, sealed)),
  };
}

describe('TLS', () => {
  it('is on by default; before it the wire carries an SSLRequest and nothing else', async () => {
    let before: Uint8Array | undefined;
    let response = '';
    const client = await against(async (line) => {
      await line.write(packets(0, greeting()));
      // Everything that comes while nobody turns TLS on.
      before = (await line.read(36))?.slice();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await line.startTls();
      const reader = new PacketReader(line);
      response = String(await reader.next());
      expect(reader.sequence).toBe(2);
      await line.write(packets(3, bytes(1, 3), ok()));
    }, safeUrl);
    expect(client).toMatchObject({ server: { version: '9.7.0', isMariaDb: false }, connectionId: 77 });
    expect(before?.length).toBe(36);
    expect(before !== undefined && isSslRequest(before)).toBe(true);
    const wire = Buffer.from(before ?? []).toString('latin1');
    for (const secret of ['app', 'top-secret', 'shop', 'password']) expect(wire).not.toContain(secret);
    expect(response).toContain('app\0');
    expect(response).toContain('shop\0');
    await (client as Client).close();
  });

  it('is not done without: a server that does not offer it hears nothing at all', async () => {
    let heard: Promise<unknown> = Promise.resolve('not asked');
    const error = await against(async (line) => {
      await line.write(packets(0, greeting({ capabilities: NO_TLS })));
      heard = line.read().catch(() => undefined);
      await heard;
    }, safeUrl);
    expect(error).toMatchObject({ code: 'tls_failed', safeToRetry: true });
    expect(String(error)).toContain('does not offer TLS');
    expect(await heard).toBeUndefined();
  });

  it('refuses bytes that came in clear text behind the greeting', async () => {
    let heard: Promise<unknown> = Promise.resolve('not asked');
    const error = await against(async (line) => {
      await line.write(bytes(packets(0, greeting()), packets(2, ok())));
      heard = line.read().catch(() => undefined);
      await heard;
    }, safeUrl);
    expect(error).toMatchObject({ code: 'tls_failed', safeToRetry: true });
    expect(await heard).toBeUndefined();
  });

  it('refuses bytes that were injected behind the SSLRequest', async () => {
    const error = await against(async (line) => {
      await line.write(packets(0, greeting()));
      await line.read(36);
      await line.write(packets(2, ok()));
      await line.startTls().catch(() => undefined);
    }, safeUrl);
    expect(error).toMatchObject({ code: 'tls_failed' });
  });

  it('fails on a certificate that is not good, with nothing sent', async () => {
    let heard: Promise<unknown> = Promise.resolve('not asked');
    const error = await against(async (line) => {
      line.showCertificate('untrusted');
      await line.write(packets(0, greeting()));
      await line.read(36);
      await line.startTls().catch(() => undefined);
      heard = line.read().catch(() => undefined);
      await heard;
    }, safeUrl);
    expect(error).toMatchObject({ code: 'tls_failed' });
    expect(await heard).toBeUndefined();
  });

  it('does not repeat what was said before it', async () => {
    const error = await against(async (line) => {
      await line.write(packets(0, bytes(0xff, 0x10, 0x04, 'visit http://evil.test')));
    }, safeUrl);
    expect(error).toMatchObject({ code: 'server', server: { fields: { errno: '1040' } } });
    expect(JSON.stringify([error, String(error)])).not.toContain('evil');
  });
});

describe('authentication', () => {
  it('by mysql_native_password answers with the scramble', async () => {
    let response: Buffer | undefined;
    const client = await against(async (line) => {
      const reader = new PacketReader(line);
      await line.write(packets(0, greeting({ method: 'mysql_native_password' })));
      response = await reader.next();
      await accept(line, reader);
    });
    expect(client).toHaveProperty('server');
    const once = sha1('top-secret');
    const token = xor(once, sha1(SCRAMBLE, sha1(once)));
    expect(response?.includes(Buffer.from(token))).toBe(true);
    expect(String(response)).not.toContain('top-secret');
  });

  it('by a method that the server switches to', async () => {
    const fresh = bytes('ABCDEFGHIJKLMNOPQRST');
    const answers: Record<string, Buffer | undefined> = {};
    for (const method of ['mysql_native_password', 'caching_sha2_password']) {
      const client = await against(
        inTls(async (line, reader) => {
          answers[method] = await switchTo(line, reader, method, fresh);
          await accept(line, reader);
        }),
        safeUrl,
      );
      expect(client).toHaveProperty('server');
    }
    const native = sha1('top-secret');
    const sha2 = sha256('top-secret');
    expect(answers.mysql_native_password).toEqual(Buffer.from(xor(native, sha1(fresh, sha1(native)))));
    expect(answers.caching_sha2_password).toEqual(Buffer.from(xor(sha2, sha256(sha256(sha2), fresh))));
  });

  it('by caching_sha2_password in full sends the password inside TLS', async () => {
    let password: Buffer | undefined;
    const client = await against(
      inTls(async (line, reader) => {
        await reader.next();
        await line.write(packets(reader.sequence + 1, bytes(1, 4)));
        password = await reader.next();
        await accept(line, reader);
      }),
      safeUrl,
    );
    expect(client).toHaveProperty('server');
    expect(password?.toString()).toBe('top-secret\0');
  });

  it.each([
    ['caching_sha2_password', 2],
    ['sha256_password', 1],
  ])('by %s in full without TLS wants to be allowed by name', async (method, request) => {
    const keys = await rsaKeys();
    let asked: Buffer | undefined;
    let sealed: Buffer | undefined;
    const play: Play = async (line) => {
      const reader = new PacketReader(line);
      await line.write(packets(0, greeting({ method: 'mysql_native_password' })));
      asked = await switchTo(line, reader, method, SCRAMBLE);
      if (method === 'caching_sha2_password') {
        await line.write(packets(reader.sequence + 1, bytes(1, 4)));
        asked = await reader.next().catch(() => undefined);
      }
      if (asked === undefined) return;
      await line.write(packets(reader.sequence + 1, bytes(1, keys.pem)));
      sealed = await reader.next();
      await accept(line, reader);
    };
    const refused = await against(play);
    expect(refused).toMatchObject({ code: 'auth', safeToRetry: true });
    expect(String(refused)).toContain('allowPublicKeyRetrieval');
    expect(asked).toBeUndefined();
    expect(await against(play, plainUrl, { allowPublicKeyRetrieval: true })).toHaveProperty('server');
    expect(asked).toEqual(Buffer.of(request));
    const open = await keys.open(sealed ?? Buffer.alloc(0));
    expect(Buffer.from(xor(open, SCRAMBLE)).toString()).toBe('top-secret\0');
  });

  it('sends the password as it is inside TLS only, and only if that is allowed by name', async () => {
    let answer: Buffer | undefined;
    const ask = async (line: MemoryServer, reader: PacketReader): Promise<void> => {
      answer = await switchTo(line, reader, 'mysql_clear_password', new Uint8Array(0));
      if (answer !== undefined) await accept(line, reader);
    };
    const play: Play = async (line) => {
      await line.write(packets(0, greeting({ method: 'mysql_native_password' })));
      await ask(line, new PacketReader(line));
    };
    const allowed = { allowCleartextPassword: true };
    expect(await against(inTls(ask), safeUrl)).toMatchObject({ code: 'auth', safeToRetry: true });
    expect(answer).toBeUndefined();
    expect(await against(play, plainUrl, allowed)).toMatchObject({ code: 'auth' });
    expect(answer).toBeUndefined();
    expect(await against(inTls(ask), safeUrl, allowed)).toHaveProperty('server');
    expect(answer?.toString()).toBe('top-secret\0');
  });

  it('sends nothing at all for a method that requireAuth leaves out', async () => {
    let response: Buffer | undefined;
    let answer: Buffer | undefined;
    const play: Play = async (line) => {
      const reader = new PacketReader(line);
      await line.write(packets(0, greeting({ method: 'mysql_native_password' })));
      response = await reader.next();
      await line.write(packets(reader.sequence + 1, bytes(0xfe, 'mysql_native_password', 0, SCRAMBLE, 0)));
      answer = await reader.next();
    };
    const error = await against(play, plainUrl, { requireAuth: ['caching_sha2_password'] });
    expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
    expect(response?.includes(Buffer.from('app\0\0shop\0'))).toBe(true);
    expect(answer).toBeUndefined();
  });

  it.each(['dialog', 'old_password', 'toString', '__proto__', ''])(
    'refuses the method "%s"',
    async (method) => {
      const error = await against(async (line) => {
        await line.write(packets(0, greeting()));
        await switchTo(line, new PacketReader(line), method, SCRAMBLE);
      });
      expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
    },
  );

  it('says whom the server refused, and never the password', async () => {
    const error = await against(async (line) => {
      const reader = new PacketReader(line);
      await line.write(packets(0, greeting()));
      await reader.next();
      await line.write(
        packets(2, err(1045, '28000', "Access denied for user 'app'@'h' (using password: YES)")),
      );
    });
    expect(error).toMatchObject({
      code: 'auth',
      safeToRetry: true,
      server: { code: '28000', fields: { errno: '1045' } },
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('top-secret');
  });
});

describe('a peer that is no MySQL', () => {
  it.each([
    ['speaks SSH', bytes('SSH-2.0-OpenSSH_9.9\r\n')],
    ['speaks HTTP', bytes('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['greets in protocol 9', packets(0, bytes(9, '3.20', 0))],
    ['greets with the wrong number', packets(1, greeting())],
    ['sends an empty packet', packets(0, new Uint8Array(0))],
    ['sends half a greeting', packets(0, greeting().subarray(0, 20))],
    ['is older than 5.5', packets(0, greeting({ capabilities: 0x0200 }))],
  ])('and %s is told from one', async (_, hello) => {
    const error = await against((line) => line.write(hello));
    expect(error).toMatchObject({ code: 'protocol', safeToRetry: true });
  });

  it('and says nothing costs no more than the time allowed', async () => {
    const error = await against(async (line) => void (await line.read()), plainUrl, {
      connectTimeoutMs: 100,
    });
    expect(error).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
  });

  it('and hangs up is a lost connection', async () => {
    expect(await against((line) => line.close())).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
    });
  });
});
