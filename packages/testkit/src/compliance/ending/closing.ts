// Compliance: close, destroy, disposal and what is left behind. Nothing may hang and nothing may be lost.
import { expect } from 'vitest';
import { toBytes } from '../../bytes.ts';
import { pattern } from '../../puppet/puppet.ts';
import { pause } from '../../script/steps.ts';
import { AT_ONCE_MS, type ComplianceCase, failure, inTime, rejection } from '../harness.ts';

/** Two seconds are promised; the rest is for a busy machine. */
const CLOSE_MS = 3_000;

const flushes: ComplianceCase = {
  name: 'close sends what was written, unawaited writes included',
  async run(lab) {
    const name = lab.name();
    const transport = await lab.command(`tally ${name}`);
    transport.write(pattern(200_000));
    await inTime('close', transport.close(), CLOSE_MS);
    expect(await lab.told(name)).toBe('200000 intact');
  },
};

const flushesTls: ComplianceCase = {
  name: 'close sends what was written, through TLS too',
  async run(lab) {
    const name = lab.name();
    const transport = await lab.command(`tally ${name}`, { tls: 'implicit' });
    transport.write(pattern(200_000));
    await inTime('close', transport.close(), CLOSE_MS);
    expect(await lab.told(name)).toBe('200000 intact');
  },
};

const disposes: ComplianceCase = {
  name: 'await using closes',
  async run(lab) {
    const name = lab.name();
    {
      await using transport = await lab.command(`tally ${name}`);
      transport.write(pattern(1_000));
    }
    expect(await lab.told(name)).toBe('1000 intact');
  },
};

const closesTwice: ComplianceCase = {
  name: 'close is idempotent, and closed settles',
  async run(lab) {
    const transport = await lab.command('echo');
    await inTime('both closes', Promise.all([transport.close(), transport.close()]), CLOSE_MS);
    await inTime('closed', transport.closed);
    await inTime('a late close', transport.close());
  },
};

const afterwards: ComplianceCase = {
  name: 'read, write and startTls after close: closed',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.command('echo', { tls: 'starttls' });
    const closing = transport.close();
    await failure(transport.write(toBytes('x')), 'closed');
    await failure(transport.read(), 'closed');
    await inTime('close', closing, CLOSE_MS);
    await failure(transport.write(toBytes('x')), 'closed');
    await failure(transport.read(), 'closed');
    const error = await failure(transport.startTls(), 'closed');
    expect(error.blame).toBe('local');
  },
};

const pendingRead: ComplianceCase = {
  name: 'close while a read waits: the read rejects, closed',
  async run(lab) {
    const transport = await lab.command('silent');
    const reading = rejection(transport.read());
    await pause(50);
    await inTime('close', transport.close(), CLOSE_MS);
    expect(await inTime('the read', reading)).toMatchObject({ code: 'closed' });
  },
};

const peerDoesNotRead: ComplianceCase = {
  name: 'close with a peer that does not read: over in two seconds, pending writes are rejected',
  needs: ['backpressure'],
  async run(lab) {
    const transport = await lab.command('hold');
    // 64 MiB: more than the loopback buffers, so the flush cannot end.
    const writing = rejection(transport.write(new Uint8Array(64 * 1_048_576)));
    await pause(50);
    const startedAt = performance.now();
    await inTime('close', transport.close(), CLOSE_MS);
    expect(performance.now() - startedAt).toBeLessThan(CLOSE_MS);
    expect(await writing).toMatchObject({ code: 'closed' });
    await inTime('closed', transport.closed, AT_ONCE_MS);
  },
};

const abortedClosing: ComplianceCase = {
  name: 'abort while closing: close ends at once',
  needs: ['backpressure'],
  async run(lab) {
    const controller = new AbortController();
    const transport = await lab.command('hold', { signal: controller.signal });
    const writing = rejection(transport.write(new Uint8Array(64 * 1_048_576)));
    await pause(50);
    const closing = transport.close();
    await pause(20);
    controller.abort();
    await inTime('closed', transport.closed, AT_ONCE_MS);
    await inTime('close', closing, CLOSE_MS);
    expect(await writing).toMatchObject({ code: expect.stringMatching(/^(aborted|closed)$/) });
  },
};

const destroyedClosing: ComplianceCase = {
  name: 'destroy while closing: over at once, idempotent, and close never rejects',
  needs: ['backpressure'],
  async run(lab) {
    const transport = await lab.command('hold');
    const writing = rejection(transport.write(new Uint8Array(64 * 1_048_576)));
    await pause(50);
    const closing = transport.close();
    transport.destroy(new Error('faster'));
    transport.destroy(new Error('again'));
    await inTime('closed', transport.closed, AT_ONCE_MS);
    await inTime('close', closing, AT_ONCE_MS);
    await writing;
  },
};

const closeAfterEnd: ComplianceCase = {
  name: "close after the peer's end, and after a destroy",
  async run(lab) {
    const ended = await lab.command('end 0');
    expect(await inTime('a read', ended.read())).toBeUndefined();
    await inTime('close', ended.close(), CLOSE_MS);
    const destroyed = await lab.command('silent');
    destroyed.destroy(new Error('over'));
    await inTime('close', destroyed.close(), AT_ONCE_MS);
    await inTime('closed', destroyed.closed, AT_ONCE_MS);
  },
};

const peerHears: ComplianceCase = {
  name: 'the peer hears of a destroy, whether a read was pending or not',
  async run(lab) {
    for (const reads of [false, true]) {
      const name = lab.name();
      const transport = await lab.command(`tally ${name}`);
      if (reads) transport.read().catch(() => undefined);
      await transport.write(pattern(1_000));
      await pause(50);
      transport.destroy(new Error('over'));
      expect(await lab.told(name)).toBe('1000 intact');
    }
  },
};

const lateAbort: ComplianceCase = {
  name: 'an abort after close changes nothing',
  async run(lab) {
    const controller = new AbortController();
    const transport = await lab.command('echo', { signal: controller.signal });
    await inTime('close', transport.close(), CLOSE_MS);
    controller.abort();
    await failure(transport.read(), 'closed');
  },
};

const unawaited: ComplianceCase = {
  name: 'every promise may be left alone: reads, writes, upgrades and closes of a destroyed transport',
  needs: ['starttls'],
  async run(lab) {
    const transport = await lab.command('hold', { tls: 'starttls' });
    transport.read();
    transport.read();
    transport.write(new Uint8Array(10_000_000));
    transport.startTls();
    transport.close();
    await pause(20);
    transport.destroy(new Error('no listener'));
    transport.read();
    transport.write(toBytes('x'));
    transport.startTls();
    transport.close();
    await inTime('closed', transport.closed, AT_ONCE_MS);
  },
};

/** Cases of closing. */
export const CLOSING: readonly ComplianceCase[] = [
  flushes,
  flushesTls,
  disposes,
  closesTwice,
  afterwards,
  pendingRead,
  peerDoesNotRead,
  abortedClosing,
  destroyedClosing,
  closeAfterEnd,
  peerHears,
  lateAbort,
  unawaited,
];
