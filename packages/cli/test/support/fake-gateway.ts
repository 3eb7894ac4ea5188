// The gateway's side of a tunnel in Node: a WebSocket server whose tunnels lead to a TCP port. It refuses on demand.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { formatCloseReason, TUNNEL_PROTOCOL, TunnelSession } from '@fairlead/worker/tunnel';
import { type WebSocket, WebSocketServer } from 'ws';

export interface FakeGateway extends AsyncDisposable {
  readonly port: number;
  readonly sockets: ReadonlySet<WebSocket>;
  /** Headers of the latest upgrade. */
  readonly lastUpgrade: IncomingMessage | undefined;
  /** Ends everything, as an unplugged gateway does. */
  stop(): Promise<void>;
}

export interface FakeGatewayOptions {
  /** The TCP port that tunnels lead to. */
  readonly target?: number;
  /** 0 for any free one. */
  readonly port?: number;
  /** Answers an upgrade with this instead. */
  readonly refusal?: { readonly status: number; readonly body: string; readonly type?: string };
  /** Takes the WebSocket in place of the tunnel. */
  readonly onSocket?: (socket: WebSocket) => void;
  /** Answers what is no upgrade. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Does not choose the subprotocol. */
  readonly isOld?: boolean;
}

export async function startFakeGateway(options: FakeGatewayOptions = {}): Promise<FakeGateway> {
  const { target = 0, port = 0, refusal, isOld = false } = options;
  const sockets = new Set<WebSocket>();
  let lastUpgrade: IncomingMessage | undefined;
  const http = createServer((request, response) => options.onRequest?.(request, response));
  const upgrader = new WebSocketServer({
    noServer: true,
    handleProtocols: () => (isOld ? false : TUNNEL_PROTOCOL),
  });
  http.on('upgrade', (request, socket, head) => {
    lastUpgrade = request;
    socket.on('error', () => {});
    if (refusal !== undefined) {
      const { status, body, type = 'application/problem+json' } = refusal;
      socket.end(
        `HTTP/1.1 ${status} No\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      return;
    }
    upgrader.handleUpgrade(request, socket, head, (webSocket) => {
      sockets.add(webSocket);
      webSocket.on('close', () => sockets.delete(webSocket));
      if (options.onSocket) options.onSocket(webSocket);
      else tunnel(webSocket, target);
    });
  });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const stop = async () => {
    for (const socket of sockets) socket.terminate();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    sockets,
    get lastUpgrade() {
      return lastUpgrade;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The gateway's half, with the checks that a gateway makes. */
function tunnel(webSocket: WebSocket, port: number): void {
  const session = new TunnelSession({ confirmsDelivery: true });
  const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let up = 0;
  let down = 0;
  const finish = () => {
    if (session.isDone) webSocket.close(1000, formatCloseReason({ why: 'done', up, down }));
  };
  const pump = () => {
    for (;;) {
      const length = Math.min(server.readableLength, session.sendable);
      const bytes: Buffer | null = length > 0 ? server.read(length) : null;
      if (bytes === null) break;
      down += bytes.length;
      webSocket.send(session.data(bytes));
      if (session.isPingDue) webSocket.send(session.ping(randomBytes(8)));
    }
    if (server.readableLength === 0) server.read(0);
  };
  server.on('readable', pump);
  server.on('end', () => {
    webSocket.send(session.end());
    finish();
  });
  server.on('error', () => webSocket.close(4502, formatCloseReason({ why: 'connection_lost', up, down })));
  webSocket.on('close', () => server.destroy());
  webSocket.on('message', (data: Buffer, isBinary) => {
    const event = session.receive(isBinary ? data : data.toString());
    if (event.kind === 'data') {
      up += event.bytes.length;
      server.write(event.bytes, () => {
        const credit = session.consumed(event.cost);
        if (credit) webSocket.send(credit);
      });
    } else if (event.kind === 'end') server.end(finish);
    else if (event.kind === 'reply') webSocket.send(event.frame);
    else if (event.kind === 'room') pump();
    else webSocket.close(event.problem.closeCode, event.problem.reason);
  });
}

/** A TCP server on any free port of 127.0.0.1. */
export async function listenTcp(
  serve: (socket: Socket) => void,
): Promise<AsyncDisposable & { readonly port: number; readonly server: Server }> {
  const open = new Set<Socket>();
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    server,
    port: typeof address === 'object' && address ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
