// What the transport's bench asks of each subject: bytes, and connections for one of them.
import { type Timed, timed } from '../round.ts';

export const MEBIBYTES = 200;
export const PINGS = 5000;
export const PING = new Uint8Array(16).fill(7);
export const ASK = Uint8Array.of(MEBIBYTES);
export const ONE = Uint8Array.of(7);
const CONNECTIONS = 300;

/** A connection for one byte there and back, again and again. */
export function connections(byte: (port: number) => Promise<void>): (port: number) => Promise<Timed> {
  return (port) =>
    timed(CONNECTIONS, async () => {
      for (let i = 0; i < CONNECTIONS; i++) await byte(port);
    });
}
