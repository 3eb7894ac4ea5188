// Dials a server of the interop tests with our TLS, and exchanges lines with it.
import type { ConnectOptions, Connector, TlsSession, Transport } from '@fairlead/transport';
import { tls12 } from '../../src/tls12/index.ts';
import { overTls } from '../../src/workerd.ts';
import type { ServerProcess } from './server-process.ts';

/** What `overTls` is told here. */
export type Wishes = NonNullable<Parameters<typeof overTls>[0]>;

/** A connector of both versions, for one test: it has tickets of its own. */
export function connectorWith(wishes: Wishes): Connector {
  return overTls({ versions: [tls12], ...wishes });
}

/** One connection. */
export function dial(
  connector: Connector,
  { port }: ServerProcess,
  options: ConnectOptions = {},
): Promise<Transport> {
  return connector({ hostname: 'localhost', port }, { tls: 'implicit', ...options });
}

/** Its session of TLS. */
export function sessionOf({ tls }: Transport): TlsSession {
  if (tls === undefined) throw new Error('The transport has no session of TLS');
  return tls;
}

/** Reads until `bytes` bytes have come. */
export async function readBytes(transport: Transport, bytes: number): Promise<Uint8Array> {
  const whole = new Uint8Array(bytes);
  for (let at = 0; at < bytes; ) {
    const chunk = await transport.read();
    if (chunk === undefined) throw new Error(`The stream ended after ${at} of ${bytes} bytes`);
    whole.set(chunk.subarray(0, bytes - at), at);
    at += chunk.length;
  }
  return whole;
}

/** Sends a line to OpenSSL's server, which prints it, and has it send one back. */
export async function exchangeLines(
  transport: Transport,
  server: ServerProcess,
  word: string,
): Promise<void> {
  await transport.write(new TextEncoder().encode(`${word} from the client\n`));
  await server.until(new RegExp(`${word} from the client`));
  // Many first letters are commands of OpenSSL's server.
  const answer = `> ${word} from the server`;
  server.type(answer);
  const line = await readBytes(transport, answer.length + 1);
  if (new TextDecoder().decode(line) !== `${answer}\n`)
    throw new Error(`The server sent ${new TextDecoder().decode(line)}`);
}
