// The misbehaving servers, each seen by plain Node sockets: that they misbehave as they say.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern } from '../src/puppet/puppet.ts';
import { type MisbehavingServers, type PuppetPorts, startMisbehavingServers } from '../src/servers/index.ts';

let servers: MisbehavingServers;
beforeAll(async () => {
  servers = await startMisbehavingServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

function dial(port: keyof PuppetPorts, command?: string): Socket {
  const socket = connect({ host: servers.hostname, port: servers.ports[port] });
  if (command !== undefined) socket.write(`${command}\n`);
  return socket;
}

/** Reads on until the socket ends; says how, and what came. */
async function outcome(socket: Socket): Promise<{ how: string; bytes: Buffer }> {
  const chunks: Buffer[] = [];
  socket.on('data', (bytes) => chunks.push(bytes));
  const how = await new Promise<string>((resolve) => {
    socket.on('end', () => resolve('end'));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  socket.destroy();
  return { how, bytes: Buffer.concat(chunks) };
}

/** Whether nothing at all happens to the socket for a while. */
async function staysQuiet(socket: Socket): Promise<boolean> {
  const waits = new Promise<boolean>((resolve) => setTimeout(resolve, 100, true));
  const happens = Promise.race([outcome(socket), once(socket, 'connect')]).then(() => false);
  const quiet = await Promise.race([waits, happens]);
  socket.destroy();
  return quiet;
}

async function tlsOutcome(port: keyof PuppetPorts): Promise<string> {
  const socket = connectTls({ host: servers.hostname, port: servers.ports[port] });
  const code = await once(socket, 'secureConnect').then(
    () => 'accepted',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
  socket.destroy();
  return code;
}

describe('how a connection is answered', () => {
  it.each([
    ['refused', 'ECONNREFUSED'],
    ['endAtOnce', 'end'],
    ['resetAtOnce', 'ECONNRESET'],
  ] as const)('%s: %s', async (port, how) => {
    expect((await outcome(dial(port))).how).toBe(how);
  });

  it('unanswered: not even connected', async () => {
    expect(await staysQuiet(dial('unanswered'))).toBe(true);
  });

  it('mute: connected, and nothing more', async () => {
    const socket = dial('mute', 'hello');
    await once(socket, 'connect');
    expect(await staysQuiet(socket)).toBe(true);
  });
});

describe('what the TLS servers show', () => {
  it.each([
    ['tls', 'accepted'],
    ['wrongName', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['banner', 'ERR_SSL_WRONG_VERSION_NUMBER'],
  ] as const)('%s: %s', async (port, code) => {
    expect(await tlsOutcome(port)).toBe(code);
  });
});

describe('what a puppet does on command', () => {
  it.each([
    ['end 5', 'end', 5],
    ['reset 0', 'ECONNRESET', 0],
    ['reset 5', 'ECONNRESET', 5],
    ['nonsense', 'ECONNRESET', 0],
  ] as const)('%s', async (command, how, size) => {
    const seen = await outcome(dial('plain', command));
    expect(seen).toEqual({ how, bytes: Buffer.from(pattern(size)) });
  });

  it('echo, with the bytes that came behind the command', async () => {
    const socket = dial('plain', 'echo\nabc');
    socket.end('def');
    expect((await outcome(socket)).bytes.toString()).toBe('abc\ndef');
  });

  it('tally and told', async () => {
    const counted = dial('plain', 'tally one');
    counted.end(pattern(70_000));
    const [answer] = (await once(dial('plain', 'told one'), 'data')) as [Buffer];
    expect(answer.toString()).toBe('70000 intact\n');
  });

  it('inject: bytes in clear behind the answer', async () => {
    const socket = dial('plain', 'inject');
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes;
    });
    while (!text.includes('INJECTED')) await once(socket, 'data');
    expect(text).toBe('go\nINJECTED\n');
    socket.destroy();
  });
});
