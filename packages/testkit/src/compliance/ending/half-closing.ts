// Compliance: one direction ends while the other goes on. Each side may be the first, with and without TLS.
import { expect } from 'vitest';
import { toBytes, toText } from '../../bytes.ts';
import { pattern } from '../../puppet/puppet.ts';
import { pause } from '../../script/steps.ts';
import { AT_ONCE_MS, type ComplianceCase, failure, inTime, readAll, rejection, settles } from '../harness.ts';

const SIZE_BYTES = 200_000;

const answered: ComplianceCase = {
  name: 'closeWrite: the peer reads the end behind what was written, and its answer is read',
  needs: ['halfClose'],
  async run(lab) {
    for (const tls of ['off', 'implicit'] as const) {
      const transport = await lab.command('count', { tls });
      transport.write(pattern(SIZE_BYTES));
      await inTime('closeWrite', transport.closeWrite());
      expect(toText(await readAll(transport))).toBe(`${SIZE_BYTES} intact\n`);
      await inTime('close', transport.close());
      await inTime('closed', transport.closed);
    }
  },
};

const stillOpen: ComplianceCase = {
  name: 'closeWrite alone ends nothing: the transport is open until the peer ends or this side closes',
  needs: ['halfClose'],
  async run(lab) {
    const controller = new AbortController();
    const transport = await lab.command('send 5', { signal: controller.signal });
    const reading = transport.read(5);
    await inTime('closeWrite', transport.closeWrite());
    expect(await inTime('the read', reading)).toEqual(pattern(5));
    const held = await lab.command('hold', { signal: controller.signal });
    await inTime('closeWrite', held.closeWrite());
    expect(await settles(held.closed, 50)).toBe(false);
    const pending = held.read();
    controller.abort();
    await failure(pending, 'aborted', AT_ONCE_MS);
    await inTime('closed', held.closed, AT_ONCE_MS);
  },
};

const ordered: ComplianceCase = {
  name: 'behind closeWrite: a second one settles, write and startTls are usage; behind close it is closed',
  needs: ['halfClose'],
  async run(lab) {
    const transport = await lab.command('count', { tls: 'off' });
    await inTime('both', Promise.all([transport.closeWrite(), transport.closeWrite()]));
    await failure(transport.write(toBytes('x')), 'usage');
    await failure(transport.startTls(), 'usage');
    expect(toText(await readAll(transport))).toBe('0 intact\n');
    await inTime('close', transport.close());
    await failure(transport.closeWrite(), 'closed');
  },
};

const destroyed: ComplianceCase = {
  name: 'closeWrite behind writes that a peer does not take: destroy frees it with its reason',
  needs: ['halfClose', 'backpressure'],
  async run(lab) {
    const transport = await lab.command('hold');
    transport.write(new Uint8Array(64 * 1_048_576));
    const ending = rejection(transport.closeWrite(), AT_ONCE_MS);
    await pause(20);
    const reason = new Error('given up');
    transport.destroy(reason);
    expect(await ending).toBe(reason);
  },
};

const peerFirst: ComplianceCase = {
  name: "allowHalfOpen: writing goes on behind the peer's end, until closeWrite or close",
  needs: ['halfClose'],
  async run(lab) {
    for (const tls of ['off', 'implicit'] as const) {
      for (const ending of ['closeWrite', 'close'] as const) {
        const name = lab.name();
        const transport = await lab.command(`end-tally ${name}`, { allowHalfOpen: true, tls });
        expect(toText(await readAll(transport))).toBe('end\n');
        await inTime('a write', transport.write(pattern(SIZE_BYTES)));
        expect(await settles(transport.closed, 30)).toBe(false);
        await inTime(ending, transport[ending]());
        expect(await lab.told(name)).toBe(`${SIZE_BYTES} intact`);
        await inTime('close', transport.close());
        await inTime('closed', transport.closed);
      }
    }
  },
};

const upgraded: ComplianceCase = {
  name: 'behind startTls: closeWrite, and allowHalfOpen',
  needs: ['halfClose', 'starttls'],
  async run(lab) {
    const counted = await lab.commandStartTls('starttls good');
    await inTime('startTls', counted.startTls());
    counted.write(toBytes('count\n'));
    counted.write(pattern(SIZE_BYTES));
    await inTime('closeWrite', counted.closeWrite());
    expect(toText(await readAll(counted))).toBe(`${SIZE_BYTES} intact\n`);
    const name = lab.name();
    const open = await lab.commandStartTls('starttls good', { allowHalfOpen: true });
    await inTime('startTls', open.startTls());
    await inTime('a write', open.write(toBytes(`end-tally ${name}\n`)));
    expect(toText(await readAll(open))).toBe('end\n');
    open.write(pattern(SIZE_BYTES));
    await inTime('close', open.close());
    expect(await lab.told(name)).toBe(`${SIZE_BYTES} intact`);
  },
};

const notAllowed: ComplianceCase = {
  name: "without allowHalfOpen: nothing can be written behind the peer's end, and closeWrite has nothing to do",
  needs: ['halfClose'],
  async run(lab) {
    const transport = await lab.command('end 0');
    expect(await inTime('the end', transport.read())).toBeUndefined();
    await failure(transport.write(toBytes('x')), 'connection_lost');
    await inTime('closeWrite', transport.closeWrite());
    await inTime('closed', transport.closed);
  },
};

/** Cases of half-closing. */
export const HALF_CLOSING: readonly ComplianceCase[] = [
  answered,
  stillOpen,
  ordered,
  destroyed,
  peerFirst,
  upgraded,
  notAllowed,
];
