// The scripted peer behind a real TCP port, talked to by plain Node sockets.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { scriptedPeer } from '../src/index.ts';
import { listenScripted } from '../src/script/server.ts';

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return socket;
}

async function nextText(socket: Socket): Promise<string> {
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

describe('listenScripted', () => {
  it('plays its script over TCP', async () => {
    await using peer = scriptedPeer()
      .sendLines('220 ready')
      .expectLine('EHLO me')
      .sendLines('250 ok')
      .close();
    await using server = await listenScripted(peer);
    const socket = await dial(server.port);
    expect(await nextText(socket)).toBe('220 ready\r\n');
    socket.write('EHLO me\r\n');
    expect(await nextText(socket)).toBe('250 ok\r\n');
    await once(socket, 'end');
    socket.end();
    await peer.done();
  });

  it('resets the client that says something else, and shows the difference', async () => {
    await using peer = scriptedPeer().expect('PING');
    await using server = await listenScripted(peer);
    const socket = await dial(server.port);
    socket.write('PONG');
    const [error] = (await once(socket, 'error').catch((reason) => [reason])) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    await expect(peer.done()).rejects.toThrow('first difference at offset 1');
  });

  it('upgrades to TLS with a certificate of the run', async () => {
    await using peer = scriptedPeer()
      .expect('STARTTLS\n')
      .send('go\n')
      .startTls()
      .expect('secret')
      .send('yes')
      .end();
    await using server = await listenScripted(peer);
    const plain = await dial(server.port);
    plain.write('STARTTLS\n');
    expect(await nextText(plain)).toBe('go\n');
    const secure = connectTls({ socket: plain, servername: 'localhost' });
    await once(secure, 'secureConnect');
    expect(secure.authorized).toBe(true);
    secure.write('secret');
    expect(await nextText(secure)).toBe('yes');
    secure.destroy();
    await peer.done();
  });
});
