// Vitest's global setup: the misbehaving servers behind WebSockets. Each connection is handed on, message by message, to a
// puppet over TCP, whose ends and resets become those of the WebSocket.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import {
  type MisbehavingServers,
  type PuppetPorts,
  startMisbehavingServers,
  testCertificates,
} from '@fairlead/testkit/servers';
import type { TestProject } from 'vitest/node';
import { type WebSocket, WebSocketServer } from 'ws';

declare module 'vitest' {
  interface ProvidedContext {
    webSockets: { readonly hostname: string; readonly ports: PuppetPorts };
  }
}

const HOST = '127.0.0.1';
/** The first byte of a TLS record that holds a ClientHello. */
const HANDSHAKE_RECORD = 0x16;
const NORMAL_CLOSURE = 1000;

const sockets = new Set<Duplex>();
const stops: (() => Promise<unknown>)[] = [];
let puppets: MisbehavingServers | undefined;

export async function setup(project: TestProject): Promise<void> {
  puppets = await startMisbehavingServers();
  const certificates = testCertificates();
  const { ports } = puppets;
  const plain = createServer((_, response) => void response.writeHead(426).end());
  plain.on('upgrade', accept);
  const tls = async (kind: keyof typeof certificates): Promise<number> => {
    const server = createTlsServer(certificates[kind]);
    server.on('upgrade', accept).on('tlsClientError', (_, socket) => socket.destroy());
    return listen(server);
  };
  const closing = createServer().on('upgrade', (request, socket, head) => {
    upgrade(request, socket, head, (webSocket) => webSocket.close(NORMAL_CLOSURE));
  });
  project.provide('webSockets', {
    hostname: HOST,
    ports: {
      ...ports,
      plain: await listen(plain),
      tls: await tls('good'),
      wrongName: await tls('wrong-name'),
      expired: await tls('expired'),
      untrusted: await tls('untrusted'),
      endAtOnce: await listen(createTcpServer((socket) => endAtOnce(socket, closing))),
    },
  });
}

export async function teardown(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await Promise.all(stops.map((stop) => stop()));
  await puppets?.[Symbol.asyncDispose]();
}

/** Ends a ClientHello with FIN, and a WebSocket with a Close frame. */
function endAtOnce(socket: Socket, http: ReturnType<typeof createServer>): void {
  socket.on('error', () => socket.destroy());
  socket.once('readable', () => {
    const bytes: Buffer | null = socket.read();
    if (bytes === null || bytes[0] === HANDSHAKE_RECORD) return void socket.end();
    socket.unshift(bytes);
    http.emit('connection', socket);
  });
}

const server = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: (offered) => (offered.has('bytes') ? 'bytes' : false),
});

function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  use: (webSocket: WebSocket) => void,
): void {
  sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy()));
  server.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on('error', () => webSocket.terminate());
    use(webSocket);
  });
}

/** The path says what to do: `/` is a puppet. */
function accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const [, what = '', value = ''] = (request.url ?? '').split(/[/?]/);
  if (what === 'status') {
    return void socket.end(
      `HTTP/1.1 ${value} Refused\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
  }
  upgrade(request, socket, head, (webSocket) => {
    if (what === 'headers') webSocket.send(Buffer.from(JSON.stringify(request.headers)));
    else if (what === 'text') webSocket.send('not bytes');
    else if (what === 'code') webSocket.close(Number(value), 'because');
    else if (what === 'flood') flood(webSocket, Number(value));
    else bridge(webSocket, socket);
  });
}

function flood(webSocket: WebSocket, bytes: number): void {
  for (let sent = 0; sent < bytes; sent += 65_536) webSocket.send(Buffer.alloc(65_536));
}

function bridge(webSocket: WebSocket, socket: Duplex): void {
  const puppet = connect({ port: puppets?.ports.plain ?? 0, host: HOST, noDelay: true, allowHalfOpen: true });
  sockets.add(puppet);
  puppet.on('data', (bytes) => {
    puppet.pause();
    webSocket.send(bytes, () => puppet.resume());
  });
  puppet.on('end', () => webSocket.close(NORMAL_CLOSURE));
  puppet.on('error', () => {
    if (socket instanceof Socket && !(socket instanceof TLSSocket)) socket.resetAndDestroy();
    else socket.destroy();
  });
  webSocket.on('message', (bytes: Buffer) => {
    if (puppet.write(bytes)) return;
    webSocket.pause();
    puppet.once('drain', () => webSocket.resume());
  });
  webSocket.on('close', () => puppet.end());
  puppet.on('close', () => sockets.delete(puppet));
}

async function listen(each: ReturnType<typeof createTcpServer>): Promise<number> {
  each.listen(0, HOST);
  await once(each, 'listening');
  stops.push(() => new Promise((resolve) => each.close(resolve)));
  return (each.address() as AddressInfo).port;
}
