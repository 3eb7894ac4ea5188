// Both directions at once, by chance: data in records of any size and padding, key updates, tickets and empty records between them,
// writes that overlap. Every byte arrives, in order, and the connection ends well. FUZZ_ROUNDS for more, FUZZ_SEED for others.
import { concat, equalBytes } from '@fairlead/bytes';
import { type MemoryServer, memoryConnector, seededRandom } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { expect, it } from 'vitest';
import { overTls } from '../../../src/workerd.ts';
import { newSessionTicket } from '../../hostile/server/messages.ts';
import { ScriptedServer } from '../../hostile/server/server.ts';
import { ADDRESS, inTime, makePki } from '../../hostile/trial.ts';
import { pattern } from '../../record/inner.ts';

expectNoUnhandledRejection();

const pki = await makePki();

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 40);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_129);

/** Sends `content` by chance, with everything that may stand between. */
async function sendAll(
  server: ScriptedServer,
  content: Uint8Array,
  below: (limit: number) => number,
): Promise<void> {
  for (let at = 0; at < content.length; ) {
    const part = content.subarray(at, at + 1 + below(below(2) === 0 ? 20 : 16_384));
    at += part.length;
    await server.records.write(
      await server.records.encode(23, part, 16_384, part.length < 100 ? below(300) : 0),
    );
    const event = below(8);
    if (event === 0) await server.updateKeys(below(2) === 0);
    if (event === 1) await server.send(newSessionTicket(pattern(1 + below(200))));
    if (event === 2) await server.sendData(new Uint8Array(0));
  }
  await server.sendAlert(1, 0);
}

/** Everything that the client sends, up to its close_notify. */
async function receiveAll(server: ScriptedServer): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const record = await server.records.next();
    if (record === undefined) throw new Error('the client left without close_notify');
    if (record.type === 23) parts.push(record.content);
    if (record.type === 22) server.records.reading = await server.records.reading?.updated();
    if (record.type === 21) {
      expect([...record.content]).toEqual([1, 0]);
      return concat(parts);
    }
  }
}

async function round(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const down = pattern(below(60_000)).map((byte) => byte ^ (seed & 0xff));
  const up = pattern(below(60_000));
  let received: Promise<Uint8Array> = Promise.resolve(new Uint8Array(0));
  const serve = async (raw: MemoryServer): Promise<void> => {
    const read = async (): Promise<Uint8Array | undefined> => (await raw.read())?.slice();
    const server = new ScriptedServer(
      { read, write: (bytes) => raw.write(bytes) },
      { identity: pki.identity },
    );
    await server.play();
    received = receiveAll(server);
    await Promise.all([received, sendAll(server, down, below)]);
    raw.end();
  };
  const transport = await overTls({ ca: pki.ca }, memoryConnector(serve))(ADDRESS, {
    tls: 'implicit',
    allowHalfOpen: true,
  });
  const writing = (async (): Promise<void> => {
    for (let at = 0; at < up.length; ) {
      const part = up.subarray(at, at + 1 + below(30_000));
      at += part.length;
      const accepted = transport.write(part);
      if (below(2) === 0) await accepted;
    }
    await transport.closeWrite();
  })();
  const parts: Uint8Array[] = [];
  for (
    let part = await transport.read(1 + below(5_000));
    part;
    part = await transport.read(1 + below(5_000))
  ) {
    parts.push(part.slice());
  }
  await writing;
  expect(equalBytes(concat(parts), down)).toBe(true);
  expect(equalBytes(await received, up)).toBe(true);
  await transport.close();
}

it('every byte arrives, whatever stands between', async () => {
  for (let i = 0; i < ROUNDS; i++) {
    try {
      await inTime(round(SEED + i));
    } catch (error) {
      throw new Error(`seed ${SEED + i}`, { cause: error });
    }
  }
}, 120_000);
