// A gateway with the tunnel's routes, a server in memory behind it, and a caller of its WebSockets.
import { createApp } from '@fairlead/http';
import {
  type MemoryConnectorOptions,
  type MemoryHandler,
  type MemoryServer,
  memoryConnector,
  toText,
} from '@fairlead/testkit';
import { tcpRoutes, wsproxyRoutes } from '../../src/route/index.ts';

const TOKENS = [
  { token: 'all-token-0123456789', name: 'all', scopes: ['*'] },
  { token: 'main-token-0123456789', name: 'main', scopes: ['tcp:tunnel:main'] },
  { token: 'own-token-0123456789', name: 'own', scopes: ['tcp:tunnel:@'] },
  { token: 'ping-token-0123456789', name: 'ping', scopes: ['tcp:ping'] },
];

const ENV = {
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    main: 'tcp://hidden.internal.test:5432',
    other: 'tcp://other.test:1',
  }),
  FAIRLEAD_TOKENS: JSON.stringify(TOKENS),
  FAIRLEAD_TARGETS: JSON.stringify(['db.test:*', '[2001:db8::1]:7']),
  FAIRLEAD_LIMITS: JSON.stringify({ maxTunnelMs: 60_000, maxTunnelIdleMs: 30_000, maxBodyBytes: 300_000 }),
};

/** How one test's request differs from the usual. */
export interface Ask {
  /** The token's name; undefined sends none. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly env?: Record<string, unknown>;
  readonly method?: string;
}

/** A gateway; what it is asked reaches `handler`. */
export function gateway(handler: MemoryHandler, behaviour: MemoryConnectorOptions = {}) {
  const connector = memoryConnector(handler, behaviour);
  const app = createApp({ routes: [tcpRoutes, wsproxyRoutes], connector });
  const request = (path: string, ask: Ask = {}): Promise<Response> => {
    const headers = new Headers({ Upgrade: 'websocket', ...ask.headers });
    const token = 'token' in ask ? ask.token : 'all';
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}-token-0123456789`);
    const init = { headers, method: ask.method ?? 'GET' };
    return Promise.resolve(app.request(path, init, { ...ENV, ...ask.env }));
  };
  return {
    request,
    /** An open tunnel in the subprotocol. */
    framed: async (path = '/tcp/tunnel/main', ask: Ask = {}) =>
      new Caller(
        await request(path, {
          ...ask,
          headers: { ...ask.headers, 'Sec-WebSocket-Protocol': 'fairlead.tunnel.v1' },
        }),
      ),
    /** An open tunnel without it. */
    raw: async (path = '/tcp/tunnel/main', ask: Ask = {}) => new Caller(await request(path, ask)),
  };
}

/** The caller's side of a tunnel. */
export class Caller {
  readonly socket: WebSocket;
  readonly messages: Uint8Array[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(response: Response) {
    const socket = response.webSocket;
    if (!socket) throw new Error(`no WebSocket: ${response.status}`);
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      this.messages.push(new Uint8Array(data as ArrayBuffer));
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
    });
    socket.accept();
  }

  /** What came, as text. */
  get text(): string {
    return this.messages.map(toText).join('');
  }

  send(bytes: Uint8Array | string): void {
    this.socket.send(bytes);
  }
}

/** A server that sends back what it gets. */
export async function echo(server: MemoryServer): Promise<void> {
  for (let bytes = await server.read(); bytes !== undefined; bytes = await server.read()) {
    await server.write(bytes.slice());
  }
  await server.close();
}
