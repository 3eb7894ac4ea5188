// Compliance: pulled reads, `atLeast`, views, ends and failures. Plain connections only.
import { expect } from 'vitest';
import { concatBytes, toBytes, toText } from '../bytes.ts';
import { diffBytes } from '../diff.ts';
import { pattern } from '../puppet/puppet.ts';
import { pause } from '../script/steps.ts';
import { AT_ONCE_MS, type ComplianceCase, failure, inTime, readAll, readText, rejection } from './harness.ts';

const BULK_BYTES = 1_500_000;

const roundTrip: ComplianceCase = {
  name: 'bytes go and come back',
  async run(lab) {
    const transport = await lab.command('echo');
    for (const text of ['one', 'two', 'three']) {
      await transport.write(toBytes(text));
      expect(await readText(transport)).toBe(text);
    }
  },
};

const bulk: ComplianceCase = {
  name: 'a large answer arrives whole and in order',
  async run(lab) {
    const received = await readAll(await lab.command(`send ${BULK_BYTES}`), BULK_BYTES);
    expect(diffBytes(pattern(BULK_BYTES), received)).toBeUndefined();
  },
};

const atLeast: ComplianceCase = {
  name: 'read(n) waits for n bytes',
  async run(lab) {
    const transport = await lab.command('drip 12');
    const first = (await inTime('a read', transport.read(5)))?.slice() ?? new Uint8Array();
    expect(first.length).toBeGreaterThanOrEqual(5);
    const second = (await inTime('a read', transport.read(12 - first.length)))?.slice() ?? new Uint8Array();
    expect([...first, ...second]).toEqual([...pattern(12)]);
  },
};

const atLeastTooMuch: ComplianceCase = {
  name: 'read(n) gives fewer bytes at the end of the stream, then the end',
  async run(lab) {
    const transport = await lab.command('end 10');
    expect([...((await inTime('a read', transport.read(100))) ?? [])]).toEqual([...pattern(10)]);
    expect(await inTime('a read', transport.read(100))).toBeUndefined();
  },
};

const atLeastCapped: ComplianceCase = {
  name: 'read(n) is capped at 64 KiB',
  async run(lab) {
    const transport = await lab.command('send 65536');
    const bytes = await inTime('a read', transport.read(10_000_000));
    expect(bytes?.length).toBe(65_536);
  },
};

const view: ComplianceCase = {
  name: 'what a read gave stays as it is until the next read',
  async run(lab) {
    const transport = await lab.command('echo');
    await transport.write(toBytes('first'));
    const bytes = (await inTime('a read', transport.read(5))) ?? new Uint8Array();
    await transport.write(toBytes('second'));
    await pause(30);
    expect(toText(bytes)).toBe('first');
    expect(await readText(transport)).toBe('second');
  },
};

/** Beyond what any transport holds itself. */
const LARGE_BYTES = 200_000;

const into: ComplianceCase = {
  name: 'read(n, into): all bytes in order, and what came in memory of the caller stays as it is',
  async run(lab) {
    const transport = await lab.command(`send ${BULK_BYTES}`);
    const parts: Uint8Array[] = [];
    for (let left = BULK_BYTES; left > 0; ) {
      const buffer = new Uint8Array(left);
      const bytes = await inTime('a read', transport.read(left, buffer));
      if (bytes === undefined) throw new Error(`The stream ended ${left} bytes early`);
      expect([0, left]).toContain(buffer.length);
      parts.push(buffer.length === 0 ? bytes : bytes.slice());
      left -= bytes.length;
    }
    expect(diffBytes(pattern(BULK_BYTES), concatBytes(parts))).toBeUndefined();
  },
};

const intoPart: ComplianceCase = {
  name: 'read(n, into): a part of some memory takes no more than it holds, at its place',
  async run(lab) {
    const transport = await lab.command(`send ${LARGE_BYTES + 7}`);
    const offset = 50;
    let memory: ArrayBufferLike = new ArrayBuffer(offset + LARGE_BYTES + 50);
    for (let at = 0; at < LARGE_BYTES; ) {
      const buffer: Uint8Array = new Uint8Array(memory, offset + at, LARGE_BYTES - at);
      const bytes = await inTime('a read', transport.read(LARGE_BYTES - at, buffer));
      if (bytes === undefined) throw new Error(`The stream ended behind ${at} bytes`);
      // This transport reads into memory of its own.
      if (buffer.length > 0) return;
      expect(bytes.byteOffset).toBe(offset + at);
      memory = bytes.buffer;
      at += bytes.length;
    }
    expect(diffBytes(pattern(LARGE_BYTES), new Uint8Array(memory, offset, LARGE_BYTES))).toBeUndefined();
    expect((await inTime('a read', transport.read(7)))?.length).toBe(7);
  },
};

const intoEnd: ComplianceCase = {
  name: 'read(n, into): fewer bytes at the end of the stream, then the end',
  async run(lab) {
    const transport = await lab.command(`end ${LARGE_BYTES}`);
    let length = 0;
    for (;;) {
      const left = 2 * LARGE_BYTES - length;
      const bytes = await inTime('a read', transport.read(left, new Uint8Array(left)));
      if (bytes === undefined) break;
      length += bytes.length;
    }
    expect(length).toBe(LARGE_BYTES);
    expect(await inTime('a read', transport.read(LARGE_BYTES, new Uint8Array(LARGE_BYTES)))).toBeUndefined();
  },
};

const plain: ComplianceCase = {
  name: 'a read gives a plain Uint8Array, whose slice() is a copy (that of a Buffer is not)',
  async run(lab) {
    const transport = await lab.command('send 3');
    const bytes = (await inTime('a read', transport.read(3))) ?? new Uint8Array();
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(bytes.slice().buffer).not.toBe(bytes.buffer);
  },
};

const twice: ComplianceCase = {
  name: 'two reads at once: usage for the second, the first goes on',
  async run(lab) {
    const transport = await lab.command('echo');
    const first = transport.read();
    const error = await failure(transport.read(), 'usage');
    expect(error.message).toMatch(/read/);
    await transport.write(toBytes('answer'));
    expect(toText((await inTime('the first read', first)) ?? new Uint8Array())).toBe('answer');
  },
};

const ends: ComplianceCase = {
  name: 'FIN after bytes: the bytes, then the end, as often as one asks',
  async run(lab) {
    const transport = await lab.command('end 5');
    expect(await readAll(transport)).toEqual(pattern(5));
    expect(await inTime('a read', transport.read())).toBeUndefined();
    await inTime('closed', transport.closed);
  },
};

const halfOpen: ComplianceCase = {
  name: "half-open: writing works until the peer's end was read, then it is connection_lost",
  async run(lab) {
    const transport = await lab.command('end 0');
    await pause(30);
    await inTime('a write', transport.write(toBytes('still')));
    expect(await inTime('a read', transport.read())).toBeUndefined();
    await failure(transport.write(toBytes('too late')), 'connection_lost');
    await inTime('close', transport.close());
  },
};

const resetIdle: ComplianceCase = {
  name: 'RST while idle: the pending read is connection_lost',
  needs: ['resets'],
  async run(lab) {
    const transport = await lab.command('reset 0');
    const error = await failure(transport.read(), 'connection_lost');
    expect(error.message).toContain(`${lab.world.hostname}:${lab.world.ports.plain}`);
    expect(error.message.length).toBeGreaterThan(60);
    await inTime('closed', transport.closed);
    expect(await rejection(transport.read())).toBe(error);
    expect(await rejection(transport.write(toBytes('x')))).toBe(error);
  },
};

const resetUnread: ComplianceCase = {
  name: 'RST while no read is pending: the next read or the one after is connection_lost',
  needs: ['resets'],
  async run(lab) {
    const transport = await lab.command('reset 0');
    await pause(100);
    await failure(transport.read(), 'connection_lost');
  },
};

const resetInFrame: ComplianceCase = {
  name: 'RST in the middle of a frame: the read that waits for the rest is connection_lost',
  needs: ['resets'],
  async run(lab) {
    const transport = await lab.command('reset 5');
    expect((await inTime('a read', transport.read()))?.length).toBe(5);
    await failure(transport.read(10), 'connection_lost');
  },
};

const destroyed: ComplianceCase = {
  name: 'destroy while reading: the read rejects with that reason at once',
  async run(lab) {
    const transport = await lab.command('silent');
    const reason = new Error('my reason');
    const reading = transport.read();
    await pause(20);
    transport.destroy(reason);
    transport.destroy(new Error('another reason'));
    expect(await rejection(reading, AT_ONCE_MS)).toBe(reason);
    expect(await rejection(transport.read())).toBe(reason);
    await inTime('closed', transport.closed, AT_ONCE_MS);
  },
};

const aborted: ComplianceCase = {
  name: 'abort while reading: aborted, with the reason as the cause',
  async run(lab) {
    const controller = new AbortController();
    const transport = await lab.command('silent', { signal: controller.signal });
    const reading = transport.read();
    await pause(20);
    const reason = new Error('stop');
    controller.abort(reason);
    expect((await failure(reading, 'aborted', AT_ONCE_MS)).cause).toBe(reason);
    await inTime('closed', transport.closed, AT_ONCE_MS);
  },
};

const closedUnderRead: ComplianceCase = {
  name: 'close while reading: the read is closed',
  async run(lab) {
    const transport = await lab.command('silent');
    const reading = transport.read();
    await pause(20);
    await inTime('close', transport.close(), 3_000);
    await failure(reading, 'closed');
  },
};

/** Cases of reading. */
export const READING: readonly ComplianceCase[] = [
  roundTrip,
  bulk,
  atLeast,
  atLeastTooMuch,
  atLeastCapped,
  view,
  into,
  intoPart,
  intoEnd,
  plain,
  twice,
  ends,
  halfOpen,
  resetIdle,
  resetUnread,
  resetInFrame,
  destroyed,
  aborted,
  closedUnderRead,
];
