// Keeping alive on a turned clock, and ports at the server, against a scripted server.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clientOver } from '../src/client.ts';
import type { SshClient } from '../src/index.ts';
import { bareMessage, confirmationMessage, openMessage } from '../src/wire/channels/encode.ts';
import * as CONNECTION from '../src/wire/numbers/connection.ts';
import { failureOf, type PlainPeer, plainPair } from './support/plain-link.ts';

const KEEP_ALIVE_MS = 15_000;
const FAILURE = Uint8Array.of(CONNECTION.REQUEST_FAILURE);
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

function setting(): { ssh: SshClient; peer: PlainPeer } {
  const [link, peer] = plainPair();
  const server = {
    software: '',
    hostKey: { algorithm: '', fingerprint: '' },
    banner: '',
    algorithms: link.algorithms,
  };
  return { ssh: clientOver({ link, server }, { keepAliveMs: KEEP_ALIVE_MS, timeoutMs: 5_000 }), peer };
}

async function started(ssh: SshClient, peer: PlainPeer) {
  const running = ssh.exec('x');
  const { remote } = await peer.expect('open');
  await peer.send(confirmationMessage(remote, 7, 1_000, 1_000));
  await peer.expect('request');
  await peer.expect('EOF');
  await peer.send(bareMessage(CONNECTION.CHANNEL_SUCCESS, remote));
  return { process: await running, local: remote };
}

describe('keeping alive', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks a silent server while something is open, and gives it up behind three questions', async () => {
    vi.useFakeTimers();
    const { ssh, peer } = setting();
    const { process } = await started(ssh, peer);
    for (let asked = 0; asked < 2; asked++) {
      await vi.advanceTimersByTimeAsync(KEEP_ALIVE_MS + 1);
      await vi.advanceTimersByTimeAsync(KEEP_ALIVE_MS + 1);
      expect(await peer.expect('global request')).toMatchObject({
        name: 'keepalive@openssh.com',
        wantReply: true,
      });
      await peer.send(FAILURE);
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(6 * KEEP_ALIVE_MS);
    expect(await failureOf(process.exit)).toMatchObject({ code: 'connection_lost' });
    await ssh.closed;
  });

  it('asks nothing while nothing is open, and a server that speaks is not asked', async () => {
    vi.useFakeTimers();
    const { ssh, peer } = setting();
    await vi.advanceTimersByTimeAsync(10 * KEEP_ALIVE_MS);
    const { local } = await started(ssh, peer);
    await peer.send(bareMessage(CONNECTION.CHANNEL_EOF, local));
    await peer.send(bareMessage(CONNECTION.CHANNEL_CLOSE, local));
    await peer.expect('CLOSE');
    await vi.advanceTimersByTimeAsync(10 * KEEP_ALIVE_MS);
    const pinged = ssh.ping();
    // The next message is the ping's: nothing was asked before it.
    await peer.expect('global request');
    await peer.send(FAILURE);
    await pinged;
  });
});

describe('a port at the server', () => {
  const forwarded = (sender: number, port: number): Uint8Array =>
    openMessage('forwarded-tcpip', sender, 1_000, 1_000, (writer) => {
      writer.string('localhost');
      writer.u32(port);
      writer.string('10.1.2.3');
      writer.u32(4_000 + sender);
    });

  it('takes connections that come right behind the reply, refuses those too many, and stops', async () => {
    const { ssh, peer } = setting();
    const listening = ssh.listen({ port: 0, maxQueued: 2 });
    expect(await peer.expect('global request')).toMatchObject({ name: 'tcpip-forward' });
    void peer.send(Uint8Array.of(CONNECTION.REQUEST_SUCCESS, 0, 0, 0x1f, 0x90));
    for (const sender of [1, 2, 3]) void peer.send(forwarded(sender, 8080));
    void peer.send(forwarded(4, 9999));
    const listener = await listening;
    expect([listener.hostname, listener.port]).toEqual(['localhost', 8080]);
    expect(await peer.expect('open failure')).toMatchObject({ channel: 3, reason: 4 });
    expect(await peer.expect('open failure')).toMatchObject({ channel: 4, reason: 1 });
    for await (const transport of listener) {
      expect(transport.peer).toEqual({ hostname: '10.1.2.3', port: 4001, tls: false });
      const { remote } = await peer.expect('open confirmation');
      await transport.write(new TextEncoder().encode('hi'));
      expect(text((await peer.expect('data')).data)).toBe('hi');
      expect(remote).toBeGreaterThanOrEqual(0);
      transport.destroy(new Error('seen'));
      await peer.expect('CLOSE');
      const answering = (async () => {
        // The one that waited is refused, then the port is given back.
        expect(await peer.expect('open failure')).toMatchObject({ channel: 2 });
        expect(await peer.expect('global request')).toMatchObject({ name: 'cancel-tcpip-forward' });
        await peer.send(Uint8Array.of(CONNECTION.REQUEST_SUCCESS));
      })();
      void answering;
      break;
    }
    void peer.send(forwarded(5, 8080));
    expect(await peer.expect('open failure')).toMatchObject({ channel: 5, reason: 1 });
  });

  it('that is refused is safe to ask for again; one that comes too late is given back', async () => {
    const { ssh, peer } = setting();
    const refused = failureOf(ssh.listen({ port: 80 }));
    await peer.expect('global request');
    await peer.send(FAILURE);
    expect(await refused).toMatchObject({ code: 'server', safeToRetry: true });
    const late = failureOf(ssh.listen({ port: 8080, timeoutMs: 20 }));
    await peer.expect('global request');
    expect(await late).toMatchObject({ code: 'timeout' });
    await peer.send(Uint8Array.of(CONNECTION.REQUEST_SUCCESS));
    expect(await peer.expect('global request')).toMatchObject({ name: 'cancel-tcpip-forward' });
  });

  it('ends its loop with the connection', async () => {
    const { ssh, peer } = setting();
    const listening = ssh.listen({ port: 8080 });
    await peer.expect('global request');
    await peer.send(Uint8Array.of(CONNECTION.REQUEST_SUCCESS));
    const listener = await listening;
    const loop = (async () => {
      for await (const transport of listener) transport.destroy(new Error('none should come'));
    })();
    peer.transport.reset();
    await loop;
    await listener.close();
  });
});
