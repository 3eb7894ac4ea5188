// What a server can make a client hold on to while a read waits. In Node, where memory can be measured.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { concat } from '@fairlead/bytes';
import { expect, it } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import { TrafficSecret } from '../../src/client/key-schedule.ts';
import { TLS_AES_128_GCM_SHA256 } from '../../src/crypto/index.ts';
import { RecordLayer } from '../../src/record/layer.ts';
import { MAX_PLAINTEXT_BYTES } from '../../src/record/record.ts';
import { Protected } from '../hostile/server/keys.ts';
import { ArrayTransport, pattern } from '../record/inner.ts';

const SECRET = pattern(32);
const COUNT = 2_000;

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** Bytes outside of the heap that somebody still has: what WebCrypto gives counts there. */
async function bytesAlive(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    if (typeof collectGarbage === 'function') collectGarbage();
    // Some of it is let go of behind the collection.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().external;
}

/** Gives records of 16 KiB with one byte in each, made when they are asked for, and measures in front of the last one. */
class PaddingServer extends ArrayTransport {
  readonly #server = new Protected(TLS_AES_128_GCM_SHA256, SECRET);
  readonly #before = bytesAlive();
  #sent = 0;
  heldBytes = Number.POSITIVE_INFINITY;

  override async read(): Promise<Uint8Array> {
    if (++this.#sent === COUNT) this.heldBytes = (await bytesAlive()) - (await this.#before);
    const content = Uint8Array.of(this.#sent % 256, 23);
    return this.#server.seal(concat([content, new Uint8Array(MAX_PLAINTEXT_BYTES - 1)]));
  }
}

it('a byte of each padded record does not hold on to the record', async () => {
  const server = new PaddingServer([]);
  const layer = new RecordLayer(server);
  layer.settle('TLSv1.3');
  const keys = new TrafficSecret(TLS_AES_128_GCM_SHA256, SECRET);
  layer.readWith(await keys.protection('open'));
  const outcome = {
    tls13: { read: keys, write: keys, ticketOf: async () => undefined },
    ticket: undefined,
    isVerdictDue: false,
    established: {} as never,
  };
  const bytes = await new Connection(layer, outcome, () => undefined).read(COUNT);
  expect(Array.from(bytes ?? [])).toEqual(Array.from({ length: COUNT }, (_, i) => (i + 1) % 256));
  // All records together are 32 MiB.
  expect(server.heldBytes).toBeLessThan(12 << 20);
});
