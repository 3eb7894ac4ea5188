// Texts of megabytes, of callers and of brokers: work on them grows with their length, and no faster. In Node, since
// workerd's clock stands still while code runs.
import { describe, expect, it } from 'vitest';
import { assertFilter, assertTopic, matchesTopic } from '../src/index.ts';
import { checkFilter } from '../src/route/broker/topic-policy.ts';
import { Router } from '../src/session/incoming/router.ts';
import { Decoder } from '../src/wire/decode/decoder.ts';

/** A square of these lengths would be minutes; the work itself takes some 100 ms, and more on a busy machine. */
const ENOUGH_MS = 10_000;

function took(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

const MANY = 65_535;
const LEVELS = 'a/'.repeat(32_000);
const PLUSES = '+/'.repeat(32_000);

describe('topics and filters', () => {
  it.each<[string, () => void]>([
    ['a topic of 4 MiB', () => expect(() => assertTopic('a'.repeat(1 << 22))).toThrow()],
    ['a filter of 4 MiB', () => expect(() => assertFilter('+/'.repeat(1 << 21))).toThrow()],
    ['a filter of 32,000 wildcards', () => assertFilter(`${PLUSES}#`)],
    [
      'a shared filter without an end',
      () => expect(() => assertFilter(`$share/${'a'.repeat(MANY - 7)}`)).toThrow(),
    ],
    ['wildcards that differ at the end', () => expect(matchesTopic(`${PLUSES}x`, `${LEVELS}y`)).toBe(false)],
    [
      'megabytes of levels',
      () => expect(matchesTopic('+/'.repeat(1 << 21), 'a/'.repeat(1 << 21))).toBe(true),
    ],
    [
      'a fence of 100 filters',
      () => {
        const topics = [...Array.from({ length: 100 }, (_, n) => `${'+/'.repeat(n)}x`), `${PLUSES}x`];
        for (const broker of [undefined, 'standard', 'rabbitmq'] as const) {
          expect(() => checkFilter({ topics, broker }, LEVELS, 'topic')).toThrow();
        }
      },
    ],
    [
      'a fence, of dots',
      () => {
        const check = { topics: ['+/#'], broker: 'rabbitmq' } as const;
        checkFilter(check, '.'.repeat(MANY), 'topic');
      },
    ],
  ])('%s', (_, work) => {
    expect(took(work)).toBeLessThan(ENOUGH_MS);
  });

  it('20,000 filters, each subscribed to', () => {
    const router = new Router();
    const spent = took(() => {
      for (let n = 0; n < 20_000; n++) {
        if (router.has(`t/${n}`)) throw new Error(`t/${n}`);
        router.add({ identifier: n + 1, filters: [`t/${n}`], deliver: () => {} });
      }
    });
    expect(spent).toBeLessThan(ENOUGH_MS);
  });

  it('a million subscription identifiers in one message for a thousand subscriptions', () => {
    const router = new Router();
    const receivers = Array.from({ length: 1000 }, (_, n) => ({
      identifier: 3_000_000 + n,
      filters: ['#'],
      deliver: () => {},
    }));
    for (const receiver of receivers) router.add(receiver);
    const identifiers = Array.from({ length: 1_000_000 }, (_, n) => n + 1);
    expect(took(() => router.route('t', identifiers))).toBeLessThan(ENOUGH_MS);
  });
});

describe('packets', () => {
  /** A PUBLISH whose properties are those bytes. */
  function publish(properties: Uint8Array): Uint8Array {
    const varint = (value: number): number[] => [
      (value & 127) | 128,
      ((value >> 7) & 127) | 128,
      ((value >> 14) & 127) | 128,
      value >> 21,
    ];
    const length = 3 + 4 + properties.length;
    const head = [0x30, ...varint(length), 0, 1, 0x74, ...varint(properties.length)];
    const packet = new Uint8Array(head.length + properties.length);
    packet.set(head);
    packet.set(properties, head.length);
    return packet;
  }

  it.each<[string, Uint8Array]>([
    ['user properties', Uint8Array.from({ length: 4_200_000 }, (_, n) => (n % 5 === 0 ? 38 : 0))],
    ['subscription identifiers', Uint8Array.from({ length: 4_200_000 }, (_, n) => (n % 2 === 0 ? 11 : 1))],
  ])('4 MiB of %s, byte by byte in chunks of 4 KiB', (_, properties) => {
    const decoder = new Decoder({ version: 5, maxPacketBytes: 1 << 23, topicAliasMaximum: 0 });
    const packet = publish(properties);
    let type = 0;
    const spent = took(() => {
      for (let at = 0; at < packet.length; at += 4096) {
        decoder.push(packet.subarray(at, at + 4096));
        type = decoder.next();
        decoder.keep();
      }
    });
    expect(type).toBe(3);
    expect(spent).toBeLessThan(ENOUGH_MS * 3);
  });
});
