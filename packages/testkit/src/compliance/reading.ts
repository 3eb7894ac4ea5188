// Compliance: pulled reads, `atLeast`, views, ends and failures. Plain connections only.
import { expect } from 'vitest';
import { toBytes, toText } from '../bytes.ts';
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
