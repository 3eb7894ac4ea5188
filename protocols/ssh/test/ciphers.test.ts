// Each cipher and MAC from a sender to a receiver: many packets in flight, every way of cutting them, and each byte damaged.
import { concat, equalBytes } from '@fairlead/bytes';
import { allSplits } from '@fairlead/testkit';
import type { Transport } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { chacha20Poly1305 } from '../src/chacha20/index.ts';
import { aes128Ctr, aes256Ctr, MACS } from '../src/ciphers/aes-ctr.ts';
import { aes128Gcm, aes256Gcm } from '../src/ciphers/aes-gcm.ts';
import type { Cipher, CipherKeys } from '../src/ciphers/types.ts';
import { PacketReceiver } from '../src/connection/link/packet-receiver.ts';
import { PacketSender } from '../src/connection/link/packet-sender.ts';

const SUITES: [string, Cipher, CipherKeys['mac']][] = [
  ...[aes128Gcm, aes256Gcm, chacha20Poly1305].map((cipher): [string, Cipher, undefined] => [
    cipher.name,
    cipher,
    undefined,
  ]),
  ...[aes128Ctr, aes256Ctr].flatMap((cipher) =>
    MACS.map((algorithm): [string, Cipher, CipherKeys['mac']] => [
      `${cipher.name} ${algorithm.name}`,
      cipher,
      { algorithm, key: bytesOf(algorithm.bytes, 3) },
    ]),
  ),
];

function bytesOf(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + seed) & 0xff);
}

/** A counter that overflows in the second packet. */
function keysOf(cipher: Cipher, mac: CipherKeys['mac']): CipherKeys {
  const iv = new Uint8Array(cipher.ivBytes).fill(0xff);
  return { key: bytesOf(cipher.keyBytes, 7), iv, mac };
}

/** Only what a sender or a receiver calls. */
function stub(part: Partial<Transport>): Transport {
  return { peer: { hostname: 'ssh.test', port: 22, tls: false }, ...part } as Transport;
}

async function sealed(cipher: Cipher, mac: CipherKeys['mac'], payloads: readonly Uint8Array[]) {
  const written: Uint8Array[] = [];
  const sender = new PacketSender(
    stub({
      async write(bytes) {
        written.push(bytes);
      },
    }),
  );
  sender.install(await cipher.sealer(keysOf(cipher, mac)), true);
  await Promise.all(payloads.map((payload) => sender.send(payload)));
  return concat(written);
}

/** Chunks are overwritten once the next one is asked for, as a transport's buffer is. */
async function opened(cipher: Cipher, mac: CipherKeys['mac'], chunks: Iterable<Uint8Array>) {
  const iterator = chunks[Symbol.iterator]();
  let last: Uint8Array | undefined;
  const receiver = new PacketReceiver(
    stub({
      async read() {
        last?.fill(0xdb);
        const next = iterator.next();
        last = next.done ? undefined : next.value.slice();
        return last;
      },
    }),
  );
  receiver.install(await cipher.opener(keysOf(cipher, mac)), true);
  receiver.oneByOne = false;
  const payloads: Uint8Array[] = [];
  for (let got = await receiver.next(); got !== undefined; got = await receiver.next()) payloads.push(got);
  return payloads;
}

/** Vitest's own comparison takes milliseconds for each KiB. */
function expectSame(got: readonly Uint8Array[], payloads: readonly Uint8Array[], way = ''): void {
  expect(
    got.map(({ length }) => length),
    way,
  ).toEqual(payloads.map(({ length }) => length));
  expect(equalBytes(concat(got), concat(payloads)), way).toBe(true);
}

describe.each(SUITES)('%s', (_name, cipher, mac) => {
  it('keeps order and bytes with many packets in flight', async () => {
    const payloads = Array.from({ length: 200 }, (_, n) => bytesOf(1 + ((n * 997) % 5_000), n));
    const wire = await sealed(cipher, mac, payloads);
    expectSame(await opened(cipher, mac, [wire]), payloads);
  });

  it('takes packets however they are cut', async () => {
    const payloads = [1, 9, 16, 33].map((length) => bytesOf(length, length));
    const wire = await sealed(cipher, mac, payloads);
    for (const { name, chunks } of allSplits(wire, { maxBoundaries: 40, randomSplits: 3 })) {
      expectSame(await opened(cipher, mac, chunks), payloads, name);
    }
  });

  it('takes the largest packet, and nothing beyond', async () => {
    const largest = bytesOf(262_144 - 32, 5);
    expectSame(await opened(cipher, mac, [await sealed(cipher, mac, [largest])]), [largest]);
    const over = sealed(cipher, mac, [bytesOf(262_144, 5)]).then((wire) => opened(cipher, mac, [wire]));
    await expect(over).rejects.toMatchObject({ code: 'protocol' });
  });

  it('finds each damaged byte, and a cut, with no other error than these', async () => {
    const wire = await sealed(cipher, mac, [bytesOf(20, 1), bytesOf(20, 2)]);
    for (let at = 0; at < wire.length / 2; at++) {
      const damaged = wire.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x40;
      const error = await opened(cipher, mac, [damaged]).catch((reason: unknown) => reason);
      // A length that was damaged may wait for more than there is.
      expect(error, `byte ${at}`).toMatchObject({
        code: expect.stringMatching(/^(protocol|connection_lost)$/),
      });
    }
    const cut = opened(cipher, mac, [wire.subarray(0, wire.length - 1)]);
    await expect(cut).rejects.toMatchObject({ code: 'connection_lost' });
  });

  it('finds packets that were taken out, doubled or changed in their order', async () => {
    const one = await sealed(cipher, mac, [bytesOf(16, 1)]);
    const both = await sealed(cipher, mac, [bytesOf(16, 1), bytesOf(16, 2)]);
    const [first, second] = [both.slice(0, one.length), both.slice(one.length)];
    for (const wire of [[second], [first, first], [second, first]]) {
      await expect(opened(cipher, mac, [concat(wire)])).rejects.toMatchObject({
        code: expect.stringMatching(/^(protocol|connection_lost)$/),
      });
    }
  });
});
