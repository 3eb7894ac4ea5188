// Compliance: coalesced writes, their size, their order, backpressure. Plain connections only.
import type { Transport } from '@fairlead/transport';
import { expect } from 'vitest';
import { toBytes } from '../bytes.ts';
import { pattern } from '../puppet/puppet.ts';
import { pause } from '../script/steps.ts';
import {
  AT_ONCE_MS,
  type ComplianceCase,
  failure,
  inTime,
  type Lab,
  readAll,
  readText,
  rejection,
  settles,
} from './harness.ts';

const MAX_WRITE_BYTES = 65_536;
const LARGE_BYTES = 300_000;
/** More than any loopback socket buffers. */
const FLOOD_BYTES = 64 * 1_048_576;

function writesSoFar(lab: Lab): readonly number[] {
  if (!lab.world.platformWrites) throw new Error('this world promised to record platform writes');
  return lab.world.platformWrites();
}

const coalesced: ComplianceCase = {
  name: 'what is written in one tick leaves in one platform write',
  needs: ['platformWrites'],
  async run(lab) {
    const transport = await lab.command('echo');
    writesSoFar(lab);
    const texts = ['GET a\r\n', 'GET b\r\n', 'GET c\r\n'];
    await Promise.all(texts.map((text) => transport.write(toBytes(text))));
    expect(writesSoFar(lab)).toEqual([21]);
    expect(new TextDecoder().decode(await readAll(transport, 21))).toBe(texts.join(''));
  },
};

const cut: ComplianceCase = {
  name: 'no platform write is larger than 64 KiB',
  needs: ['platformWrites'],
  async run(lab) {
    const name = lab.name();
    const transport = await lab.command(`tally ${name}`);
    writesSoFar(lab);
    await inTime('a large write', transport.write(pattern(LARGE_BYTES)));
    const sizes = writesSoFar(lab);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_WRITE_BYTES);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(LARGE_BYTES);
    // As few as there can be: cutting small would be as wrong as not cutting.
    expect(sizes.length).toBe(Math.ceil(LARGE_BYTES / MAX_WRITE_BYTES));
    await transport.close();
    expect(await lab.told(name)).toBe(`${LARGE_BYTES} intact`);
  },
};

const smallOnesOverTheCap: ComplianceCase = {
  name: 'many small writes in one tick are put together, up to 64 KiB each',
  needs: ['platformWrites'],
  async run(lab) {
    const name = lab.name();
    const transport = await lab.command(`tally ${name}`);
    writesSoFar(lab);
    const all = pattern(150_000);
    const parts = Array.from({ length: 150 }, (_, i) => all.subarray(i * 1000, (i + 1) * 1000));
    await inTime('150 writes', Promise.all(parts.map((part) => transport.write(part))));
    const sizes = writesSoFar(lab);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_WRITE_BYTES);
    expect(sizes.length).toBeLessThanOrEqual(4);
    await transport.close();
    expect(await lab.told(name)).toBe('150000 intact');
  },
};

const ordered: ComplianceCase = {
  name: 'concurrent writes keep their order, whatever their sizes and ticks',
  async run(lab) {
    const name = lab.name();
    const transport = await lab.command(`tally ${name}`);
    const all = pattern(500_000);
    const pending: Promise<void>[] = [];
    let offset = 0;
    for (let i = 0; offset < all.length; i++) {
      const size = [1, 70_000, 300, 65_536, 5][i % 5] ?? 1;
      pending.push(transport.write(all.subarray(offset, offset + size)));
      offset += size;
      if (i % 3 === 0) await Promise.resolve();
      if (i % 7 === 0) await pause(0);
    }
    await inTime('all writes', Promise.all(pending));
    await transport.close();
    expect(await lab.told(name)).toBe('500000 intact');
  },
};

const reusable: ComplianceCase = {
  name: 'a buffer may be used again once its write has settled',
  async run(lab) {
    const name = lab.name();
    const transport = await lab.command(`tally ${name}`);
    const all = pattern(60_000);
    const buffer = new Uint8Array(1_000);
    for (let offset = 0; offset < all.length; offset += buffer.length) {
      buffer.set(all.subarray(offset, offset + buffer.length));
      await inTime('a write', transport.write(buffer));
      buffer.fill(0xff);
    }
    await transport.close();
    expect(await lab.told(name)).toBe('60000 intact');
  },
};

const emptyWrite: ComplianceCase = {
  name: 'an empty write settles and sends nothing',
  async run(lab) {
    const transport = await lab.command('echo');
    await inTime('an empty write', transport.write(new Uint8Array(0)));
    await transport.write(toBytes('x'));
    expect(await readText(transport)).toBe('x');
  },
};

const backpressure: ComplianceCase = {
  name: 'a peer that stops reading: writes wait, and destroy frees them with its reason',
  needs: ['backpressure'],
  async run(lab) {
    const transport = await lab.command('hold');
    const filling = await inTime('filling', fillHeld(transport), 15_000);
    const reason = new Error('given up');
    transport.destroy(reason);
    expect(await rejection(filling.writing, AT_ONCE_MS)).toBe(reason);
    expect(await rejection(transport.write(toBytes('x')))).toBe(reason);
  },
};

/** Writes until the peer's silence is felt. The write that hangs comes in an object: a bare promise would be awaited. */
async function fillHeld(transport: Transport): Promise<{ writing: Promise<void> }> {
  const chunk = new Uint8Array(MAX_WRITE_BYTES);
  for (let sent = 0; sent < FLOOD_BYTES; sent += chunk.length) {
    const writing = transport.write(chunk);
    if (!(await settles(writing, 250))) return { writing };
  }
  throw new Error(`a peer that does not read had ${FLOOD_BYTES} bytes accepted for it: no backpressure`);
}

const abortedWriting: ComplianceCase = {
  name: 'abort while writing: aborted, at once',
  needs: ['backpressure'],
  async run(lab) {
    const controller = new AbortController();
    const transport = await lab.command('hold', { signal: controller.signal });
    const { writing } = await inTime('filling', fillHeld(transport), 15_000);
    controller.abort();
    await failure(writing, 'aborted', AT_ONCE_MS);
    await inTime('closed', transport.closed, AT_ONCE_MS);
  },
};

const lostWhileWriting: ComplianceCase = {
  name: 'RST while writing: connection_lost in the end, never silence',
  needs: ['resets'],
  async run(lab) {
    const transport = await lab.command('reset 0');
    const writeOn = async (): Promise<void> => {
      for (;;) {
        await transport.write(toBytes('more'));
        await pause(10);
      }
    };
    const error = await failure(writeOn(), 'connection_lost');
    expect(error.safeToRetry).toBe(false);
  },
};

/** Cases of writing. */
export const WRITING: readonly ComplianceCase[] = [
  coalesced,
  cut,
  smallOnesOverTheCap,
  ordered,
  reusable,
  emptyWrite,
  backpressure,
  abortedWriting,
  lostWhileWriting,
];
