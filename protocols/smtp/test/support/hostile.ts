// For tests: a server that plays a part whatever the client says, and keeps every byte that it got, in clear and inside TLS.
import { concatBytes, memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';

/**
 * What the server does, in turns. Text is sent once a line of the client has come; text that begins with `+`, and the
 * first of all, at once. `TLS`: the handshake. `FIN`, `RST` and `STALL` come once a line has come, too.
 */
export type Act = string | 'TLS' | 'FIN' | 'RST' | 'STALL';

/** A server that was dialled, or will be. */
export interface Hostile {
  readonly connector: Connector;
  /** What the client sent in clear; a handshake's bytes left out. */
  readonly clear: () => string;
  /** What it sent inside TLS. */
  readonly inside: () => string;
}

type Shown = NonNullable<NonNullable<Parameters<typeof memoryConnector>[1]>['tls']>;

/** A hello of the mock handshake. */
const HELLO = '\x16\x03\x01\x00\x01\x01';

/** @param tls The certificate that it shows; `none`: it answers a handshake in plain text. */
export function hostile(acts: readonly Act[], tls: Shown = 'good'): Hostile {
  const got: Record<'clear' | 'inside', Uint8Array[]> = { clear: [], inside: [] };
  const text = (part: 'clear' | 'inside'): string =>
    new TextDecoder('latin1').decode(concatBytes(got[part])).replaceAll(HELLO, '');
  const connector = memoryConnector(
    async (line) => {
      let lines = 0;
      const read = async (): Promise<boolean> => {
        const chunk = await line.read().catch(() => undefined);
        if (chunk === undefined) return false;
        got[line.peer.tls ? 'inside' : 'clear'].push(chunk.slice());
        lines += chunk.filter((byte) => byte === 0x0a).length;
        return true;
      };
      const write = (words: string): void => {
        line.write(new TextEncoder().encode(words)).catch(() => undefined);
      };
      for (const [i, act] of acts.entries()) {
        if (act === 'TLS') {
          lines = 0;
          await line.startTls();
          continue;
        }
        const atOnce = i === 0 || act.startsWith('+');
        while (!atOnce && lines === 0) {
          if (!(await read())) return;
        }
        if (!atOnce) lines--;
        if (act === 'STALL') break;
        if (act === 'RST') return line.reset();
        if (act === 'FIN') {
          await line.close();
          return;
        }
        write(act.replace(/^\+/, ''));
      }
      while (await read());
    },
    { tls },
  );
  return { connector, clear: () => text('clear'), inside: () => text('inside') };
}
