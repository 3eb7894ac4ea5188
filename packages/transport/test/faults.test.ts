// workerSocket through the fault proxy: segments, latency, resets and stalls at chosen bytes, counted round trips.
import { faultProxyControl, toBytes, toText } from '@fairlead/testkit';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { isFairleadError, type Transport, workerSocket } from '../src/workerd.ts';

const { hostname } = inject('puppets');
const { port, controlUrl } = inject('proxy');
const proxy = faultProxyControl(controlUrl);

let transport: Transport | undefined;
async function command(text: string): Promise<Transport> {
  transport = await workerSocket({ hostname, port });
  await transport.write(toBytes(`${text}\n`));
  return transport;
}

/** The next `size` bytes as text. */
async function text(from: Transport, size: number): Promise<string> {
  return toText((await from.read(size)) ?? new Uint8Array());
}

beforeEach(() => proxy.clearStats());
afterEach(async () => {
  transport?.destroy(new Error('the test is over'));
  await proxy.setPlan({});
});

describe('a slow and narrow line', () => {
  it('bytes that come one by one are all there', async () => {
    await proxy.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
    const client = await command('echo\nevery byte on its own');
    expect(await text(client, 22)).toBe('every byte on its own\n');
  });

  it('pipelined requests of one tick cost one round trip, awaited ones one each', async () => {
    await proxy.setPlan({ toClient: { delayMs: 15 }, toServer: { delayMs: 15 } });
    const client = await command('echo');
    await proxy.clearStats();
    for (let i = 0; i < 10; i++) void client.write(toBytes(`request ${i};`));
    expect(await text(client, 100)).toBe(Array.from({ length: 10 }, (_, i) => `request ${i};`).join(''));
    expect(await proxy.stats()).toMatchObject({ roundTrips: 1, clientTurns: 0, bytesFromClient: 100 });
    for (let i = 0; i < 3; i++) {
      await client.write(toBytes('ping'));
      expect(await text(client, 4)).toBe('ping');
    }
    expect(await proxy.stats()).toMatchObject({ roundTrips: 4, clientTurns: 3 });
  });

  it('a narrow line makes writes wait', async () => {
    await proxy.setPlan({ toServer: { bytesPerSecond: 2_000_000 } });
    const client = await command('silent');
    const until = performance.now() + 1_000;
    let acceptedMiB = 0;
    for (; performance.now() < until; acceptedMiB++) await client.write(new Uint8Array(1_048_576));
    // 2 MB went through; the proxy's and the kernel's buffers take some 16 more. Without the cap it is hundreds.
    expect(acceptedMiB).toBeLessThan(40);
  });
});

describe('faults at a chosen byte', () => {
  it('RST in the middle of a frame is connection_lost', async () => {
    await proxy.setPlan({ toClient: { cut: { atByte: 7, how: 'reset' } } });
    const client = await command('send 20');
    const error = await client.read(20).then(
      (bytes) => bytes,
      (reason: unknown) => reason,
    );
    expect(isFairleadError(error) && error.code).toBe('connection_lost');
  });

  it('FIN in the middle of a frame gives the fewer bytes, then the end', async () => {
    await proxy.setPlan({ toClient: { cut: { atByte: 7, how: 'end' } } });
    const client = await command('send 20');
    expect((await client.read(20))?.length).toBe(7);
    expect(await client.read()).toBeUndefined();
  });

  it('a stall is silence until the transport is destroyed', async () => {
    await proxy.setPlan({ toClient: { cut: { atByte: 7, how: 'stall' } } });
    const client = await command('send 20');
    const reason = new Error('patience is over');
    const reading = client.read(20).catch((error: unknown) => error);
    const quiet = new Promise((resolve) => setTimeout(resolve, 100, 'quiet'));
    expect(await Promise.race([reading, quiet])).toBe('quiet');
    client.destroy(reason);
    expect(await reading).toBe(reason);
  });
});
