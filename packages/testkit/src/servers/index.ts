// Misbehaving servers for Node, each on its own port of 127.0.0.1. They are for tests.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import {
  createAuthority,
  issueCertificate,
  type KeyAndCertificate,
  testAuthority,
} from '../authority/index.ts';
import type { PuppetPorts } from '../puppet/ports.ts';
import { type Certificate, PuppetMemory, servePuppet } from '../puppet/puppet.ts';
import { startFullBacklog } from './backlog.ts';
import { NetLine } from './net-line.ts';

export type { PuppetPorts } from '../puppet/ports.ts';
export { NetLine } from './net-line.ts';

const HOST = '127.0.0.1';
const DAY_MS = 86_400_000;

/** One certificate of each kind, for 127.0.0.1 and localhost, by the run's authority. */
export function testCertificates(): Record<Certificate, KeyAndCertificate> {
  const names = [HOST, 'localhost'];
  const authority = testAuthority();
  const expired = { notBefore: new Date(Date.now() - 2 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) };
  return {
    good: authority.issue({ names }),
    'wrong-name': authority.issue({ names: ['another.test'] }),
    expired: authority.issue({ names, ...expired }),
    untrusted: issueCertificate(createAuthority('an authority that no client trusts'), { names }),
  };
}

/** Running servers. */
export interface MisbehavingServers extends AsyncDisposable {
  readonly hostname: string;
  readonly ports: PuppetPorts;
}

/** Starts every misbehaving server. Needs `testAuthority()` to have been called before workerd was loaded. */
export async function startMisbehavingServers(): Promise<MisbehavingServers> {
  const certificates = testCertificates();
  const memory = new PuppetMemory();
  const running: AsyncDisposable[] = [];
  const listen = async (onSocket: (socket: Socket) => Promise<void> | void): Promise<number> => {
    const server = await startServer(onSocket);
    running.push(server);
    return server.port;
  };
  const puppet = (certificate?: Certificate) =>
    listen(async (socket) => {
      const line = new NetLine(socket, certificates);
      if (certificate) await line.startTls(certificate);
      await servePuppet(line, memory);
    });
  const backlog = await startFullBacklog();
  running.push({ [Symbol.asyncDispose]: () => backlog.close() });
  const ports: PuppetPorts = {
    plain: await puppet(),
    tls: await puppet('good'),
    wrongName: await puppet('wrong-name'),
    expired: await puppet('expired'),
    untrusted: await puppet('untrusted'),
    banner: await listen((socket) => void socket.write('220 no TLS here\r\n')),
    mute: await listen(() => undefined),
    endAtOnce: await listen((socket) => void socket.end()),
    resetAtOnce: await listen((socket) => void socket.resetAndDestroy()),
    refused: await closedPort(),
    unanswered: backlog.port,
  };
  return {
    hostname: HOST,
    ports,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(running.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = await startServer(() => undefined);
  await server[Symbol.asyncDispose]();
  return server.port;
}

async function startServer(
  onSocket: (socket: Socket) => Promise<void> | void,
): Promise<AsyncDisposable & { port: number }> {
  const open = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    // A client that leaves in the middle is what these servers are for: its error is no news.
    Promise.resolve(onSocket(socket)).catch(() => socket.destroy());
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
