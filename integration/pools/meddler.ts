// A proxy in front of a Postgres without TLS that looks at the server's messages: it closes at one of them, or adds others.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One connection through the proxy. */
interface Meddled {
  /** Sends bytes to the client, as if they were the server's. */
  send(bytes: Uint8Array): void;
  /** Closes both sides. */
  end(): void;
  readonly isOpen: boolean;
}

/** What becomes of a message of the server: it is passed on, replaced, or the connection ends before it. */
type Meddling = 'pass' | 'end' | Uint8Array;

/** @param index Counts the messages of the connection from 0. */
export type Meddle = (type: string, index: number, message: Uint8Array) => Meddling;

/** A running proxy. */
export interface Meddler extends AsyncDisposable {
  readonly port: number;
  /** All connections so far, in their order. */
  readonly connections: readonly Meddled[];
  /** For connections from now on. */
  meddle: Meddle;
  close(): Promise<void>;
}

/** Passes all on. */
export const passAll: Meddle = () => 'pass';

/** A message of the protocol: its type, its length, its body. */
export function message(type: string, body: string | Uint8Array = ''): Buffer {
  const bytes = Buffer.from(typeof body === 'string' ? Buffer.from(body, 'latin1') : body);
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

/** An ErrorResponse that ends the connection. */
export function fatal(code: string, text: string): Buffer {
  return message('E', `SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);
}

/** Starts it in front of a port of this machine. */
export async function startMeddler(upstreamPort: number): Promise<Meddler> {
  const connections: Meddled[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: upstreamPort, noDelay: true });
    const { meddle } = meddler;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    connections.push({
      send: (bytes) => void client.write(bytes),
      end,
      get isOpen() {
        return !client.destroyed;
      },
    });
    client.on('data', (bytes) => upstream.write(bytes));
    onMessages(upstream, (type, index, whole) => {
      const meddling = meddle(type, index, whole);
      if (meddling === 'end') end();
      else client.write(meddling === 'pass' ? whole : meddling);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const meddler: Meddler = {
    port: (server.address() as AddressInfo).port,
    connections,
    meddle: passAll,
    close,
    [Symbol.asyncDispose]: close,
  };
  return meddler;
}

function onMessages(socket: Socket, take: (type: string, index: number, message: Uint8Array) => void): void {
  let rest = Buffer.alloc(0);
  let index = 0;
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5) {
      const length = rest.readUInt32BE(1) + 1;
      if (rest.length < length) return;
      take(rest.toString('latin1', 0, 1), index, rest.subarray(0, length));
      index += 1;
      rest = rest.subarray(length);
    }
  });
}
