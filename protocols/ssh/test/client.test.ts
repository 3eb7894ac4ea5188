// The client against a server of another hand (ssh2), over a socket and encrypted.
import { equalBytes } from '@fairlead/bytes';
import { describe, expect, inject, it } from 'vitest';
import { connect, type SshClient, type SshOptions } from '../src/index.ts';
import { failureOf } from './support/plain-link.ts';

const { port, fingerprint, echoPort } = inject('shellServer');
const OPTIONS: SshOptions = { hostname: '127.0.0.1', port, username: 'app', password: 'secret', fingerprint };
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

async function output(ssh: SshClient, command: string) {
  return await (await ssh.exec(command)).output();
}

describe('the client', () => {
  it('logs in, and knows its server', async () => {
    await using ssh = await connect(`ssh://app:secret@127.0.0.1:${port}`, { fingerprint });
    expect(ssh.server).toMatchObject({
      software: expect.stringContaining('ssh2'),
      hostKey: { algorithm: 'ssh-ed25519', fingerprint },
      banner: expect.stringContaining('Be kind.'),
    });
    expect(ssh.peer).toEqual({ hostname: '127.0.0.1', port, tls: false });
    await ssh.ping();
    await ssh.close();
    await ssh.closed;
    expect(await failureOf(ssh.ping())).toMatchObject({ code: 'closed' });
  });

  it('runs commands with env, outputs apart, status and signal', async () => {
    await using ssh = await connect(OPTIONS);
    const process = await ssh.exec('both hello', { env: { A: 'b' } });
    const { stdout, stderr, code } = await process.output();
    expect([text(stdout), text(stderr), code]).toEqual(['hello {"A":"b"}', 'complaint', 3]);
    expect(await output(ssh, 'signal')).toMatchObject({
      code: undefined,
      signal: 'KILL',
      coreDumped: true,
      message: 'out of memory',
    });
    expect(await failureOf(ssh.exec('refuse'))).toMatchObject({ code: 'server', safeToRetry: true });
  });

  it('sends input by bytes, a stream, a generator, or by hand', async () => {
    await using ssh = await connect(OPTIONS);
    const large = new Uint8Array(3_000_000).map((_, i) => i % 251);
    async function* generated(): AsyncGenerator<Uint8Array> {
      yield bytes('a');
      yield bytes('b');
    }
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes('from a stream'));
        controller.close();
      },
    });
    const run = async (stdin: Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>) =>
      (await (await ssh.exec('cat', { stdin })).output()).stdout;
    expect(equalBytes(await run(large), large)).toBe(true);
    expect(text(await run(generated()))).toBe('ab');
    expect(text(await run(stream))).toBe('from a stream');
    const process = await ssh.exec('cat', { stdin: 'pipe' });
    const writer = process.stdin.getWriter();
    await writer.write(bytes('by hand'));
    await writer.close();
    expect(text((await process.output()).stdout)).toBe('by hand');
    const closed = await ssh.exec('cat');
    expect(await failureOf(closed.stdin.getWriter().write(bytes('x')))).toMatchObject({ code: 'usage' });
  });

  it('runs many at once', async () => {
    await using ssh = await connect(OPTIONS);
    const sizes = Array.from({ length: 40 }, (_, i) => 1 + i * 20_000);
    const outputs = await Promise.all(sizes.map((size) => output(ssh, `source ${size}`)));
    expect(outputs.map(({ stdout }) => stdout.length)).toEqual(sizes);
  });

  it('ends a command by its signal or its time, and leaves the connection', async () => {
    await using ssh = await connect(OPTIONS);
    const process = await ssh.exec('hang', { timeoutMs: 1_000 });
    expect(await failureOf(process.exit)).toMatchObject({ code: 'timeout' });
    const signal = AbortSignal.timeout(50);
    const hanging = ssh.exec('hang', { signal }).then((started) => started.output());
    expect(await failureOf(hanging)).toMatchObject({ code: 'aborted' });
    await (await ssh.exec('hang')).close();
    expect((await output(ssh, 'both x')).code).toBe(3);
  });

  it('opens a shell, resizes it, and reads its end', async () => {
    await using ssh = await connect(OPTIONS);
    const shell = await ssh.shell({ columns: 100, rows: 40, modes: { ECHO: 0 } });
    const writer = shell.writable.getWriter();
    const seen: string[] = [];
    shell.resize(120, 50);
    for await (const bytes_ of shell.readable) {
      seen.push(text(bytes_));
      if (seen.join('').endsWith('now 120x50\r\n')) await writer.write(bytes('q'));
    }
    expect(seen.join('')).toBe('100x40\r\nnow 120x50\r\n');
    await shell.exit;
  });

  it('forwards to a port, to a Unix socket, and through itself to another SSH', async () => {
    await using ssh = await connect(OPTIONS);
    await using forward = await ssh.forward('127.0.0.1', echoPort);
    await forward.write(bytes('through'));
    expect(text(await forward.read(7))).toBe('through');
    await forward.closeWrite();
    expect(await forward.read()).toBeUndefined();
    await using socket = await ssh.forwardSocket('/run/echo.sock');
    await socket.write(bytes('unix'));
    expect(text(await socket.read(4))).toBe('unix');
    await using inner = await connect({ ...OPTIONS, connector: ssh.connector });
    expect(text((await output(inner, 'both inner')).stdout)).toBe('inner {}');
    const refused = await failureOf(ssh.forward('127.0.0.1', 1));
    expect(refused).toMatchObject({ safeToRetry: true, peer: { hostname: '127.0.0.1', port: 1 } });
  });

  it('gives the bytes of a subsystem', async () => {
    await using ssh = await connect(OPTIONS);
    await using transport = await ssh.subsystem('echo');
    const content = new Uint8Array(500_000).map((_, i) => i % 253);
    const writing = transport.write(content);
    let at = 0;
    while (at < content.length) {
      const got = await transport.read(Math.min(40_000, content.length - at));
      if (got === undefined) throw new Error('it ended early');
      expect(equalBytes(got, content.subarray(at, at + got.length))).toBe(true);
      at += got.length;
    }
    await writing;
  });

  it('listens at the server, on a port of its choice', async () => {
    await using ssh = await connect(OPTIONS);
    const listener = await ssh.listen({ port: 0 });
    const client = await ssh.forward('127.0.0.1', listener.port);
    await client.write(bytes('ping'));
    for await (const accepted of listener) {
      expect(text(await accepted.read(4))).toBe('ping');
      await accepted.write(bytes('pong'));
      expect(text(await client.read(4))).toBe('pong');
      break;
    }
    await client.close();
  });

  it('refuses a wrong password, a wrong host key, and a server that is silent', async () => {
    const wrong = await failureOf(connect({ ...OPTIONS, password: 'wrong-secret' }));
    expect(wrong).toMatchObject({ code: 'auth', safeToRetry: false });
    expect(wrong.message).not.toContain('wrong-secret');
    const other = await failureOf(connect({ ...OPTIONS, fingerprint: `SHA256:${'A'.repeat(43)}` }));
    expect(other.code).toBe('auth');
    expect(other.message).toContain(fingerprint);
    const silent = connect({ ...OPTIONS, port: echoPort, connectTimeoutMs: 300 });
    expect(['connect_timeout', 'protocol']).toContain((await failureOf(silent)).code);
    const signal = AbortSignal.abort();
    expect(await failureOf(connect({ ...OPTIONS, port: echoPort, signal }))).toMatchObject({
      code: 'aborted',
      safeToRetry: true,
    });
  });
});

describe('the options', () => {
  const bad: readonly (readonly [what: string, target: unknown, options?: object])[] = [
    ['no host', { ...OPTIONS, hostname: undefined }],
    ['no user', { ...OPTIONS, username: undefined }],
    ['no credential', { ...OPTIONS, password: undefined }],
    ['no way to know the host', { ...OPTIONS, fingerprint: undefined }],
    ['two ways to know the host', { ...OPTIONS, knownHosts: '' }],
    ['a fingerprint that is none', { ...OPTIONS, fingerprint: 'MD5:00' }],
    ['insecureAcceptAnyHostKey that is no boolean', { ...OPTIONS, insecureAcceptAnyHostKey: 'yes' }],
    ['a port of 0', { ...OPTIONS, port: 0 }],
    ['a port as text', { ...OPTIONS, port: '22' }],
    ['a hostname with a space', { ...OPTIONS, hostname: 'a b' }],
    ['a URL of another scheme', 'http://a@b', OPTIONS],
    ['a URL with a path', 'ssh://a@b/c', OPTIONS],
    ['a URL that is none', 'ssh://', OPTIONS],
    ['no object', 7],
    ['null', null],
    ['a password that is a number', { ...OPTIONS, password: 7 }],
    ['a key that is a number', { ...OPTIONS, privateKey: 7 }],
    ['a key that only signs', { ...OPTIONS, privateKey: { sign: () => new Uint8Array(0) } }],
    ['a list of no keys', { ...OPTIONS, privateKey: [] }],
    ['a key file that is none', { ...OPTIONS, privateKey: 'not a key' }],
    ['a certificate without a key', { ...OPTIONS, certificate: 'ssh-ed25519-cert-v01@openssh.com AAAA' }],
    ['a time of 0', { ...OPTIONS, timeoutMs: 0 }],
    ['a keep-alive of -1', { ...OPTIONS, keepAliveMs: -1 }],
    ['a connect time that is text', { ...OPTIONS, connectTimeoutMs: '1s' }],
    ['a signal that is none', { ...OPTIONS, signal: {} }],
    ['a connector that is none', { ...OPTIONS, connector: {} }],
    ['a verifier that is none', { ...OPTIONS, fingerprint: undefined, verifyHostKey: true }],
    ['rekeyAfterBytes of 0', { ...OPTIONS, rekeyAfterBytes: 0 }],
    ['ciphers that are no list', { ...OPTIONS, ciphers: 'aes' }],
    ['an agent', { ...OPTIONS, agent: '/run/agent' }],
    ['a passphrase', { ...OPTIONS, passphrase: 'hunter2' }],
    ['tls', { ...OPTIONS, tls: true }],
  ];

  it.each(bad)('refuse %s, before anything is dialled', async (_, target, options) => {
    const dialled: unknown[] = [];
    const connector = (address: unknown) => {
      dialled.push(address);
      return Promise.reject(new Error('dialled'));
    };
    const given = (
      typeof target === 'object' && target !== null ? { connector, ...(target as object) } : target
    ) as SshOptions;
    const error = await failureOf(connect(given, options as SshOptions | undefined));
    expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(error.message).not.toMatch(/secret|hunter2/);
    expect(dialled).toEqual([]);
  });
});
