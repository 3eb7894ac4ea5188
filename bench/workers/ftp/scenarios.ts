// What the subjects of the bench of FTP are asked.
import { type Subject, timed } from '../round.ts';

const FILE_MIB = 16;
const FLOOD_MIB = 1024;
const CHUNK_BYTES = 65_536;
/** How long a reader stops. */
const STOP_MS = 3_000;
const ENTRIES = 300;
const SMALL_FILES = 100;

/** A subject, logged in. */
export interface FtpSubject {
  /** @returns How many bytes have come. */
  get(path: string): Promise<number>;
  put(path: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Reads the first bytes of a file, calls `wait`, and lets go of it. */
  begin(path: string, wait: () => Promise<void>): Promise<void>;
  remove(path: string): Promise<void>;
  /** @returns How many entries there are. */
  list(path: string): Promise<number>;
  close(): Promise<void>;
}

async function* repeat(mib: number): AsyncGenerator<Uint8Array> {
  const bytes = new Uint8Array(CHUNK_BYTES).fill(97);
  for (let left = mib * 1_048_576; left > 0; left -= bytes.length) yield bytes;
}

function check(is: boolean, what: string): void {
  if (!is) throw new Error(what);
}

/** The scenarios, plain and over TLS. */
export function subject(open: (port: number, tls: boolean) => Promise<FtpSubject>): Subject {
  const withTls = (tls: boolean): Subject => {
    const logged =
      (count: number, work: (client: FtpSubject) => Promise<void>): Subject[string] =>
      async (port) => {
        const client = await open(port, tls);
        try {
          return await timed(count, () => work(client));
        } finally {
          await client.close();
        }
      };
    const bytes = new Uint8Array(FILE_MIB * 1_048_576).fill(97);
    return {
      list: (port) =>
        timed(1, async () => {
          const client = await open(port, tls);
          check((await client.list('list')) === ENTRIES, 'the listing has another length');
          await client.close();
        }),
      get: logged(FILE_MIB, async (client) =>
        check((await client.get('file')) === FILE_MIB * 1_048_576, 'the file has another length'),
      ),
      put: logged(FILE_MIB, (client) => client.put(`in/${crypto.randomUUID()}`, bytes)),
      small: logged(SMALL_FILES, async (client) => {
        for (let i = 0; i < SMALL_FILES; i++)
          check((await client.get(`small/${i}`)) === 13, 'a small file is another');
      }),
      'flood-get': logged(FLOOD_MIB, async (client) =>
        check((await client.get('flood')) === FLOOD_MIB * 1_048_576, 'the file has another length'),
      ),
      'flood-put': logged(FLOOD_MIB, async (client) => {
        await client.put('in/flood', repeat(FLOOD_MIB));
        await client.remove('in/flood');
      }),
      'flood-unread': logged(1, (client) =>
        client.begin('flood', () => new Promise((resolve) => setTimeout(resolve, STOP_MS))),
      ),
    };
  };
  const secure = Object.entries(withTls(true)).map(([id, run]) => [`${id}-tls`, run] as const);
  return { ...withTls(false), ...Object.fromEntries(secure) };
}
