// Calls against a scripted server: what is sent in which order, and what each answer, breach and fault makes of it.
import { equalBytes } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { clientOver } from '../src/client.ts';
import type { SshClient } from '../src/index.ts';
import { MAX_PACKET_BYTES, WINDOW_BYTES } from '../src/session/windows.ts';
import {
  adjustMessage,
  type Body,
  bareMessage,
  confirmationMessage,
  dataMessage,
  openMessage,
  refusalMessage,
  requestMessage,
} from '../src/wire/channels/encode.ts';
import * as CONNECTION from '../src/wire/numbers/connection.ts';
import { SshReader } from '../src/wire/ssh-reader.ts';
import { SshWriter } from '../src/wire/ssh-writer.ts';
import { failureOf, type PlainLink, type PlainPeer, plainPair } from './support/plain-link.ts';

const LIMITS = { keepAliveMs: 15_000, timeoutMs: 2_000 };
const REMOTE = 77;
const { CHANNEL_CLOSE, CHANNEL_EOF, CHANNEL_FAILURE, CHANNEL_SUCCESS } = CONNECTION;
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

interface Setting {
  readonly ssh: SshClient;
  readonly peer: PlainPeer;
  readonly link: PlainLink;
}

function setting(limits = LIMITS): Setting {
  const [link, peer] = plainPair();
  const server = {
    software: '',
    hostKey: { algorithm: '', fingerprint: '' },
    banner: '',
    algorithms: link.algorithms,
  };
  return { ssh: clientOver({ link, server }, limits), peer, link };
}

/** Answers an open; the remote number is `REMOTE`. @returns Our number of the channel. */
async function confirm(peer: PlainPeer, window = 1 << 20, maxPacket = 32_768): Promise<number> {
  const { remote } = await peer.expect('open');
  await peer.send(confirmationMessage(remote, REMOTE, window, maxPacket));
  return remote;
}

/** Starts `exec` up to its success. @returns Our number of the channel. */
async function confirmExec(peer: PlainPeer, window?: number, maxPacket?: number): Promise<number> {
  const local = await confirm(peer, window, maxPacket);
  await peer.expect('request');
  await peer.expect('EOF');
  await peer.send(bareMessage(CHANNEL_SUCCESS, local));
  return local;
}

function extended(local: number, type: number, data: Uint8Array): Uint8Array {
  const writer = new SshWriter(1 << 20);
  writer.u8(CONNECTION.CHANNEL_EXTENDED_DATA);
  writer.u32(local);
  writer.u32(type);
  writer.string(data);
  return writer.take();
}

const exitStatus = (local: number, code: number): Uint8Array =>
  requestMessage(local, 'exit-status', false, (writer) => writer.u32(code));

describe('exec', () => {
  it('opens a channel, sends env, exec and EOF in one flight, and gives outputs and status', async () => {
    const { ssh, peer } = setting();
    const running = ssh.exec('ls', { env: { LANG: 'C' } });
    const open = await peer.expect('open');
    expect(open).toMatchObject({ type: 'session', window: WINDOW_BYTES, maxPacket: MAX_PACKET_BYTES });
    await peer.send(confirmationMessage(open.remote, REMOTE, 1 << 20, 32_768));
    expect(await peer.expect('request')).toMatchObject({ name: 'env', wantReply: false, channel: REMOTE });
    const exec = await peer.expect('request');
    expect(exec).toMatchObject({ name: 'exec', wantReply: true });
    expect(new SshReader(exec.body).text()).toBe('ls');
    expect(await peer.expect('EOF')).toMatchObject({ channel: REMOTE });
    await peer.send(bareMessage(CHANNEL_SUCCESS, open.remote));
    const process = await running;
    await peer.send(dataMessage(open.remote, bytes('out')));
    await peer.send(extended(open.remote, 1, bytes('err')));
    await peer.send(extended(open.remote, 9, bytes('dropped')));
    await peer.send(exitStatus(open.remote, 3));
    await peer.send(bareMessage(CHANNEL_EOF, open.remote));
    await peer.send(bareMessage(CHANNEL_CLOSE, open.remote));
    const { stdout, stderr, code, signal } = await process.output();
    expect([text(stdout), text(stderr), code, signal]).toEqual(['out', 'err', 3, undefined]);
    expect(await peer.expect('CLOSE')).toMatchObject({ channel: REMOTE });
  });

  it('takes exit-signal behind EOF, and an end without a word as undefined', async () => {
    const { ssh, peer } = setting();
    for (const says of [true, false]) {
      const running = ssh.exec('x');
      const local = await confirmExec(peer);
      const process = await running;
      await peer.send(bareMessage(CHANNEL_EOF, local));
      const body: Body = (writer) => {
        writer.string('KILL');
        writer.boolean(true);
        writer.string('killed');
        writer.string('');
      };
      if (says) await peer.send(requestMessage(local, 'exit-signal', false, body));
      await peer.send(bareMessage(CHANNEL_CLOSE, local));
      const expected = says
        ? { code: undefined, signal: 'KILL', message: 'killed', coreDumped: true }
        : { code: undefined, signal: undefined, message: undefined, coreDumped: undefined };
      expect(await process.exit).toEqual(expected);
      await peer.expect('CLOSE');
    }
  });

  it('sends input as the server takes it, in packets of its size', async () => {
    const { ssh, peer } = setting();
    const running = ssh.exec('cat', { stdin: bytes('abcdefghij') });
    const local = await confirm(peer, 5, 3);
    await peer.expect('request');
    await peer.send(bareMessage(CHANNEL_SUCCESS, local));
    await running;
    expect(text((await peer.expect('data')).data)).toBe('abc');
    expect(text((await peer.expect('data')).data)).toBe('de');
    await peer.send(adjustMessage(local, 100));
    expect(text((await peer.expect('data')).data)).toBe('fgh');
    expect(text((await peer.expect('data')).data)).toBe('ij');
    await peer.expect('EOF');
  });

  it('ends the channel where a stream of input fails, or is aborted', async () => {
    const { ssh, peer } = setting();
    const broken = new ReadableStream<Uint8Array>({ pull: (c) => c.error(new Error('no disk')) });
    const running = ssh.exec('cat', { stdin: broken });
    const local = await confirm(peer);
    await peer.expect('request');
    await peer.expect('CLOSE');
    expect(await failureOf(running)).toMatchObject({ code: 'usage', safeToRetry: false });
    await peer.send(bareMessage(CHANNEL_CLOSE, local));
    const piping = ssh.exec('cat', { stdin: 'pipe' });
    const second = await confirm(peer);
    await peer.expect('request');
    await peer.send(bareMessage(CHANNEL_SUCCESS, second));
    const process = await piping;
    await process.stdin.abort(new Error('left'));
    await peer.expect('CLOSE');
    expect(await failureOf(process.exit)).toMatchObject({ code: 'aborted' });
  });

  it('refuses input that is none, and bad options, before anything is sent', async () => {
    const { ssh, peer } = setting();
    const bad: Promise<unknown>[] = [
      ssh.exec(''),
      ssh.exec('a\0b'),
      ssh.exec('x', { stdin: 'text' as 'pipe' }),
      ssh.exec('x', { env: { 'A=B': 'c' } }),
      ssh.exec('x', { env: { A: 1 as unknown as string } }),
      ssh.exec('x', { timeoutMs: 0 }),
      ssh.exec('x', { pty: { modes: { NOPE: 1 } } }),
      ssh.exec('x', { pty: { columns: 0 } }),
      ssh.forward('a b', 1),
      ssh.forward('host', 70_000),
      ssh.forwardSocket(''),
      ssh.listen({ port: -1 }),
      ssh.listen({ port: 0, maxQueued: 0 }),
      ssh.connector({ hostname: 'h', port: 443 }, { tls: 'implicit' }),
      ssh.connector({ hostname: 'h', port: 443 }, { tls: 'starttls' }),
    ];
    for (const call of bad) expect(await failureOf(call)).toMatchObject({ code: 'usage', safeToRetry: true });
    const pinged = ssh.ping();
    await peer.expect('global request');
    await peer.send(Uint8Array.of(CONNECTION.REQUEST_FAILURE));
    await pinged;
  });

  it('says by its code why no channel opens, and that it is safe to retry', async () => {
    const { ssh, peer } = setting();
    const codes = { 1: 'policy', 2: 'server', 3: 'server', 4: 'limit', 9: 'server' } as const;
    for (const [reason, code] of Object.entries(codes)) {
      const running = failureOf(ssh.exec('x'));
      const { remote } = await peer.expect('open');
      await peer.send(refusalMessage(remote, Number(reason), 'why\u001b[2J'));
      const error = await running;
      expect(error).toMatchObject({ code, blame: 'peer', safeToRetry: true, server: { fields: { reason } } });
      expect(error.message).not.toContain('\u001b');
    }
  });

  it('is safe to retry when the command is refused, and closes the channel', async () => {
    const { ssh, peer } = setting();
    const running = failureOf(ssh.exec('x'));
    const local = await confirm(peer);
    await peer.expect('request');
    await peer.expect('EOF');
    await peer.send(bareMessage(CHANNEL_FAILURE, local));
    expect(await running).toMatchObject({ code: 'server', safeToRetry: true, server: { code: 'exec' } });
    await peer.expect('CLOSE');
  });

  it('sends signals by their names, and refuses others', async () => {
    const { ssh, peer } = setting();
    const running = ssh.exec('x');
    await confirmExec(peer);
    const process = await running;
    process.kill('SIGINT');
    const { name, body } = await peer.expect('request');
    expect([name, new SshReader(body).text()]).toEqual(['signal', 'INT']);
    expect(() => process.kill('NOPE\n')).toThrow('no signal');
  });

  it('closes a command that writes more than output() may hold', async () => {
    const { ssh, peer } = setting();
    const running = ssh.exec('x');
    const local = await confirmExec(peer);
    const process = await running;
    const output = failureOf(process.output({ maxBytes: 4 }));
    await peer.send(dataMessage(local, bytes('12345')));
    expect(await output).toMatchObject({ code: 'limit' });
    await peer.expect('CLOSE');
  });
});

describe('the window', () => {
  it('grows only as the consumer takes, when half of it is used', async () => {
    const { ssh, peer } = setting();
    const running = ssh.exec('x');
    const local = await confirmExec(peer);
    const process = await running;
    const packet = new Uint8Array(MAX_PACKET_BYTES);
    for (let sent = 0; sent < WINDOW_BYTES; sent += packet.length)
      await peer.send(dataMessage(local, packet));
    const pinged = ssh.ping();
    // The link is read on, though nothing takes: the window was not adjusted.
    await peer.expect('global request');
    await peer.send(Uint8Array.of(CONNECTION.REQUEST_FAILURE));
    await pinged;
    const reader = process.stdout.getReader();
    let taken = 0;
    while (taken < WINDOW_BYTES / 2) taken += (await reader.read()).value?.length ?? 0;
    expect(await peer.expect('window adjust')).toMatchObject({ channel: REMOTE, bytes: WINDOW_BYTES / 2 });
  });

  it('says so where an output is read twice', async () => {
    const { ssh, peer } = setting();
    const running = ssh.exec('x');
    await confirmExec(peer);
    const process = await running;
    const first = failureOf(process.output());
    expect(await failureOf(process.output())).toMatchObject({ code: 'usage' });
    peer.transport.reset();
    expect(await first).toMatchObject({ code: 'connection_lost' });
  });

  it('counts what is dropped: unknown streams, and an output that was cancelled', async () => {
    const { ssh, peer } = setting();
    const running = ssh.exec('x');
    const local = await confirmExec(peer);
    const process = await running;
    await process.stderr.cancel();
    const packet = new Uint8Array(MAX_PACKET_BYTES);
    for (let sent = 0; sent < WINDOW_BYTES; sent += 2 * packet.length) {
      await peer.send(extended(local, 1, packet));
      await peer.send(extended(local, 7, packet));
    }
    expect(await peer.expect('window adjust')).toMatchObject({ bytes: WINDOW_BYTES / 2 });
    expect(await peer.expect('window adjust')).toMatchObject({ bytes: WINDOW_BYTES / 2 });
  });

  it('keeps packets of one byte in memory of their size', async () => {
    const { ssh, peer } = setting();
    const running = ssh.exec('x');
    const local = await confirmExec(peer);
    const process = await running;
    for (let i = 0; i < 20_000; i++) void peer.send(dataMessage(local, Uint8Array.of(i & 255)));
    await peer.send(bareMessage(CHANNEL_EOF, local));
    await peer.send(bareMessage(CHANNEL_CLOSE, local));
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdout) chunks.push(chunk);
    expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(20_000);
    expect(chunks.length).toBeLessThan(20_000);
    expect(chunks.at(-1)?.at(-1)).toBe(19_999 & 255);
  });

  it('collects small and large packets in their order', async () => {
    const { ssh, peer } = setting();
    const running = ssh.exec('x');
    const local = await confirmExec(peer);
    const collected = (await running).output();
    const sizes = Array.from({ length: 56 }, (_, n) => [1, 1, 700, 1, 1_023, 5_000, 1_024][n % 7] ?? 1);
    const whole: number[] = [];
    for (const size of sizes) {
      const packet = new Uint8Array(size).map((_, at) => (whole.length + at) % 251);
      whole.push(...packet);
      await peer.send(dataMessage(local, packet));
    }
    await peer.send(bareMessage(CHANNEL_CLOSE, local));
    expect(equalBytes((await collected).stdout, Uint8Array.from(whole))).toBe(true);
  });
});

/** Each is sent behind a started command; all end the connection with `protocol`. */
const BREACHES: readonly (readonly [
  what: string,
  send: (peer: PlainPeer, local: number) => Promise<unknown>,
])[] = [
  ['data for an unknown channel', (peer) => peer.send(dataMessage(999, bytes('x')))],
  ['a request for an unknown channel', (peer) => peer.send(requestMessage(999, 'x', false))],
  [
    'data behind EOF',
    async (peer, local) => {
      await peer.send(bareMessage(CHANNEL_EOF, local));
      await peer.send(dataMessage(local, bytes('x')));
    },
  ],
  [
    'data behind CLOSE',
    async (peer, local) => {
      await peer.send(bareMessage(CHANNEL_CLOSE, local));
      await peer.send(dataMessage(local, bytes('x')));
    },
  ],
  [
    'EOF twice',
    async (peer, local) => {
      await peer.send(bareMessage(CHANNEL_EOF, local));
      await peer.send(bareMessage(CHANNEL_EOF, local));
    },
  ],
  [
    'CLOSE twice',
    async (peer, local) => {
      await peer.send(bareMessage(CHANNEL_CLOSE, local));
      await peer.send(bareMessage(CHANNEL_CLOSE, local));
    },
  ],
  [
    'more than the window',
    async (peer, local) => {
      const packet = new Uint8Array(MAX_PACKET_BYTES);
      for (let sent = 0; sent <= WINDOW_BYTES; sent += packet.length) {
        await peer.send(dataMessage(local, packet));
      }
    },
  ],
  ['a window beyond 2^32 - 1', (peer, local) => peer.send(adjustMessage(local, 0xffff_ffff))],
  ['a second confirmation', (peer, local) => peer.send(confirmationMessage(local, 1, 1, 1))],
  ['an open failure', (peer, local) => peer.send(refusalMessage(local, 1, ''))],
  ['a success too many', (peer, local) => peer.send(bareMessage(CHANNEL_SUCCESS, local))],
  ['a reply to no request', (peer) => peer.send(Uint8Array.of(CONNECTION.REQUEST_SUCCESS))],
  ['a message that is cut', (peer, local) => peer.send(dataMessage(local, bytes('xy')).subarray(0, 10))],
  [
    'a message that is too long',
    (peer, local) => peer.send(Uint8Array.of(...bareMessage(CHANNEL_EOF, local), 0)),
  ],
  [
    'an exit status that is cut',
    (peer, local) => peer.send(requestMessage(local, 'exit-status', false, (writer) => writer.u16(1))),
  ],
];

describe('a server that breaks the protocol', () => {
  it.each(BREACHES)('by %s ends the connection', async (_, send) => {
    const { ssh, peer } = setting();
    const running = ssh.exec('x');
    const local = await confirmExec(peer);
    const process = await running;
    await send(peer, local).catch(() => undefined);
    await ssh.closed;
    await process.exit.catch(() => undefined);
    const error = await failureOf(ssh.exec('y'));
    expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    expect(error.cause).toMatchObject({ code: 'protocol', blame: 'peer' });
  });

  it('by a confirmation of packets of 0 bytes, or by data before it', async () => {
    for (const say of [
      (remote: number) => confirmationMessage(remote, 1, 1, 0),
      (remote: number) => dataMessage(remote, bytes('x')),
      (remote: number) => adjustMessage(remote, 1),
      (remote: number) => requestMessage(remote, 'x', true),
      (remote: number) => bareMessage(CHANNEL_CLOSE, remote),
    ]) {
      const { ssh, peer } = setting();
      const running = failureOf(ssh.exec('x'));
      const { remote } = await peer.expect('open');
      await peer.send(say(remote));
      expect(await running).toMatchObject({ code: 'protocol' });
      await ssh.closed;
    }
  });
});

describe('what the server asks', () => {
  it('is answered in order: global requests, channel requests, channels', async () => {
    const { ssh, peer, link } = setting();
    const running = ssh.exec('x');
    const local = await confirmExec(peer);
    await running;
    const globalRequest = (name: string, wantReply: boolean): Uint8Array => {
      const writer = new SshWriter(1_000);
      writer.u8(CONNECTION.GLOBAL_REQUEST);
      writer.string(name);
      writer.boolean(wantReply);
      return writer.take();
    };
    await peer.send(globalRequest('hostkeys-00@openssh.com', false));
    await peer.send(globalRequest('keepalive@openssh.com', true));
    await peer.send(requestMessage(local, 'keepalive@openssh.com', true));
    await peer.send(requestMessage(local, 'eow@openssh.com', false));
    await peer.send(openMessage('x11', 5, 10, 10, () => undefined));
    await peer.send(Uint8Array.of(192, 1, 2));
    await peer.send(globalRequest('keepalive@openssh.com', true));
    const answers = [await peer.next(), await peer.next(), await peer.next(), await peer.next()];
    expect(answers.map((answer) => answer?.kind)).toEqual([
      'request failure',
      'failure',
      'open failure',
      'request failure',
    ]);
    expect(link.unimplemented).toBe(1);
  });

  it('by the thousand takes no memory: what is not sent stops the reading', async () => {
    const { ssh, peer } = setting();
    const request = Uint8Array.of(CONNECTION.GLOBAL_REQUEST, 0, 0, 0, 1, 0x78, 1);
    const sending = (async () => {
      for (let i = 0; i < 10_000; i++) await peer.send(request);
    })();
    for (let i = 0; i < 10_000; i++) await peer.expect('request failure');
    await sending;
    const pinged = ssh.ping();
    await peer.expect('global request');
    await peer.send(Uint8Array.of(CONNECTION.REQUEST_FAILURE));
    await pinged;
  });
});

describe('an end', () => {
  it('by a signal closes this channel at once, and leaves the others alone', async () => {
    const { ssh, peer } = setting();
    const abort = new AbortController();
    const running = ssh.exec('x', { signal: abort.signal });
    const local = await confirmExec(peer);
    const process = await running;
    const other = ssh.exec('y');
    const second = await confirmExec(peer);
    const reading = failureOf(process.stdout.getReader().read());
    abort.abort(new Error('enough'));
    expect(await reading).toMatchObject({ code: 'aborted' });
    expect(await failureOf(process.exit)).toMatchObject({ code: 'aborted' });
    await peer.expect('CLOSE');
    // What was on its way still comes.
    await peer.send(dataMessage(local, bytes('late')));
    await peer.send(exitStatus(local, 0));
    await peer.send(bareMessage(CHANNEL_CLOSE, local));
    await peer.send(exitStatus(second, 0));
    expect((await (await other).exit).code).toBe(0);
  });

  it('before the server has answered: the channel is closed when it opens', async () => {
    const { ssh, peer } = setting();
    const abort = new AbortController();
    const running = failureOf(ssh.exec('x', { signal: abort.signal }));
    const { remote } = await peer.expect('open');
    abort.abort();
    expect(await running).toMatchObject({ code: 'aborted', safeToRetry: true });
    await peer.send(confirmationMessage(remote, REMOTE, 10, 10));
    await peer.expect('CLOSE');
    await peer.send(bareMessage(CHANNEL_CLOSE, remote));
  });

  it('by time: of the start, and of the whole run', async () => {
    const { ssh, peer } = setting({ ...LIMITS, timeoutMs: 30 });
    expect(await failureOf(ssh.exec('x'))).toMatchObject({ code: 'timeout', safeToRetry: true });
    await peer.expect('open');
    const started = failureOf(ssh.exec('x'));
    await confirm(peer);
    expect(await started).toMatchObject({ code: 'timeout', safeToRetry: false });
    expect(await failureOf(ssh.ping())).toMatchObject({ code: 'timeout' });
    const other = setting();
    const running = other.ssh.exec('x', { timeoutMs: 50 });
    await confirmExec(other.peer);
    expect(await failureOf((await running).exit)).toMatchObject({ code: 'timeout' });
  });

  it('of the connection rejects all that waits', async () => {
    for (const how of ['end', 'reset', 'close'] as const) {
      const { ssh, peer } = setting();
      const running = ssh.exec('x');
      await confirmExec(peer);
      const process = await running;
      const all = [
        failureOf(process.exit),
        failureOf(process.output()),
        failureOf(ssh.ping()),
        failureOf(ssh.exec('y')),
      ];
      await peer.expect('global request');
      await peer.expect('open');
      if (how === 'end') await peer.end();
      else if (how === 'reset') peer.transport.reset();
      else {
        void ssh.close();
        peer.transport.end();
      }
      for (const error of await Promise.all(all)) {
        expect(error.code).toBe(how === 'close' ? 'closed' : 'connection_lost');
      }
      await ssh.closed;
      expect((await failureOf(ssh.exec('z'))).safeToRetry).toBe(true);
    }
  });
});
