// The transport's core over memory, under sequences of calls that nobody would write down by hand.
import { isFairleadError, type Transport } from '@fairlead/transport';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, diffBytes, type MemoryServer, memoryConnector, memoryPair } from '../src/index.ts';
import { pattern } from '../src/puppet/puppet.ts';

const ADDRESS = { hostname: 'memory.test', port: 7 };
const MAX_BYTES = 65_536;
const SIZES = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: 1, max: 5_000 }),
  fc.constantFrom(65_535, 65_536, 65_537, 200_000),
);

describe('bytes', () => {
  it('arrive as they were written, whatever the sizes, ticks and reads', async () => {
    const writes = fc.array(fc.record({ size: SIZES, await: fc.boolean() }), { minLength: 1, maxLength: 25 });
    const reads = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(writes, reads, async (written, atLeast) => {
        const total = written.reduce((sum, { size }) => sum + size, 0);
        const all = pattern(total);
        const sizes: number[] = [];
        let received: Promise<Uint8Array> = Promise.resolve(all);
        const connector = memoryConnector(
          (server) => {
            received = readAll(server, atLeast, total);
          },
          { onPlatformWrite: (size) => sizes.push(size) },
        );
        const client = await connector(ADDRESS);
        let offset = 0;
        for (const write of written) {
          const accepted = client.write(all.subarray(offset, offset + write.size));
          offset += write.size;
          if (write.await) await accepted;
        }
        expect(diffBytes(all, await received)).toBeUndefined();
        expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(MAX_BYTES);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total);
        client.destroy(new Error('enough'));
      }),
      { numRuns: 40 },
    );
  });
});

/** Reads `total` bytes, asking for these many at a time in turn; asserts what `read(atLeast)` promises. */
async function readAll(transport: Transport, atLeast: readonly number[], total: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  for (let i = 0; received < total; i++) {
    const wanted = Math.min(atLeast[i % atLeast.length] ?? 1, total - received);
    const bytes = (await transport.read(wanted)) ?? new Uint8Array();
    expect(bytes.length).toBeGreaterThanOrEqual(Math.min(wanted, MAX_BYTES));
    expect(bytes.length).toBeLessThanOrEqual(MAX_BYTES);
    chunks.push(bytes.slice());
    received += bytes.length;
  }
  return concatBytes(chunks);
}

type Call = (client: Transport, server: MemoryServer) => Promise<unknown> | undefined;

const REASON = new Error('destroyed by the test');
const CALLS: Record<string, Call> = {
  read: (client) => client.read(),
  'read(10)': (client) => client.read(10),
  write: (client) => client.write(new Uint8Array(10)),
  'write a lot': (client) => client.write(new Uint8Array(500_000)),
  startTls: (client) => client.startTls(),
  close: (client) => client.close(),
  destroy: (client) => void client.destroy(REASON),
  tick: () => new Promise((resolve) => setTimeout(resolve, 0)),
  'server read': (_, server) => server.read(),
  'server write': (_, server) => server.write(new Uint8Array(100)),
  'server startTls': (_, server) => server.startTls(),
  'server end': (_, server) => void server.end(),
  'server reset': (_, server) => void server.reset(),
  'server stall': (_, server) => void server.stall(true),
  'server close': (_, server) => server.close(),
};

describe('calls in any order', () => {
  it('all settle once the transport is destroyed, with its reason or a FairleadError', async () => {
    const calls = fc.array(fc.constantFrom(...Object.keys(CALLS)), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(calls, async (names) => {
        const [client, server] = memoryPair();
        const pending: Promise<unknown>[] = [];
        for (const name of names) {
          const result = CALLS[name]?.(client, server);
          if (name === 'tick') await result;
          else if (result !== undefined) pending.push(result);
        }
        client.destroy(REASON);
        server.destroy(REASON);
        const late = new Promise<string>((resolve) => setTimeout(resolve, 1_000, 'late'));
        const outcome = await Promise.race([Promise.allSettled(pending), late]);
        if (typeof outcome === 'string') throw new Error('a promise did not settle');
        for (const result of outcome) {
          if (result.status === 'rejected' && result.reason !== REASON) {
            expect(isFairleadError(result.reason), String(result.reason)).toBe(true);
          }
        }
        await Promise.all([client.closed, server.closed]);
      }),
      { numRuns: 400 },
    );
  });
});
