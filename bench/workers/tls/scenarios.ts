// What every subject of the TLS bench does: connections one after the other, a first one, and bytes each way.
import type { RoundSettings, Subject, Timed } from '../round.ts';
import { timed } from '../round.ts';

const HANDSHAKES = 300;
const MEBIBYTES = 100;
const CHUNK = new Uint8Array(65_536).fill(7);
const LINE = new TextEncoder().encode('fairlead\n');

/** A connection over TLS. */
export interface TlsConnection {
  write(bytes: Uint8Array): Promise<void>;
  /** Reads `count` bytes. */
  skip(count: number): Promise<void>;
  close(): Promise<void>;
}

/** How a subject connects to `localhost`. @param scenario For subjects whose options depend on it. */
export type Dial = (port: number, scenario: string, settings: RoundSettings) => Promise<TlsConnection>;

/** One handshake, and a line each way. */
async function shake(dial: Dial, port: number, scenario: string, settings: RoundSettings): Promise<void> {
  const connection = await dial(port, scenario, settings);
  await connection.write(LINE);
  await connection.skip(LINE.length);
  await connection.close();
}

/** The scenarios. */
export function subject(dial: Dial): Subject {
  const shakes =
    (scenario: string) =>
    async (port: number, settings: RoundSettings): Promise<Timed> => {
      return timed(HANDSHAKES, async () => {
        for (let i = 0; i < HANDSHAKES; i++) await shake(dial, port, scenario, settings);
      });
    };
  return {
    full: shakes('full'),
    resumed: shakes('resumed'),
    old: shakes('old'),
    first: (port, settings) => timed(1, () => shake(dial, port, 'full', settings)),
    async read(port, settings) {
      const connection = await dial(port, 'read', settings);
      const result = await timed(MEBIBYTES, async () => {
        await connection.write(Uint8Array.of('R'.charCodeAt(0), MEBIBYTES));
        await connection.skip(MEBIBYTES << 20);
      });
      await connection.close();
      return result;
    },
    async write(port, settings) {
      const connection = await dial(port, 'write', settings);
      const result = await timed(MEBIBYTES, async () => {
        await connection.write(Uint8Array.of('W'.charCodeAt(0), MEBIBYTES));
        for (let left = MEBIBYTES << 20; left > 0; left -= CHUNK.length) await connection.write(CHUNK);
        await connection.skip(1);
      });
      await connection.close();
      return result;
    },
  };
}
