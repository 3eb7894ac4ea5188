// Garbage into the transport layer: the decoders return or throw a FairleadError, a link ends in time with one. FUZZ_ROUNDS=1000000 for more.
import { isFairleadError } from '@fairlead/errors';
import { seededRandom } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { expect, it } from 'vitest';
import { IdentificationDecoder } from '../src/wire/transport/identification.ts';
import { decodeKexInit, encodeKexInit } from '../src/wire/transport/kex-init.ts';
import {
  decodeDisconnect,
  decodeKexReply,
  decodeSignatureAlgorithms,
} from '../src/wire/transport/transport-messages.ts';
import { endOf } from './support/hostile-server.ts';
import { message } from './support/raw-session.ts';
import { extInfo, ServerLink } from './support/server-link.ts';

expectNoUnhandledRejection();

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? 13);
const LINKS = Math.max(300, Math.floor(ROUNDS / 200));

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Changes, cuts, doubles or drops some bytes. */
function mutate(original: Uint8Array, random: Random): Uint8Array {
  const copy = original.slice();
  for (let left = below(random, 4); left > 0; left--) copy[below(random, copy.length)] = below(random, 256);
  const from = below(random, copy.length);
  switch (below(random, 4)) {
    case 0:
      return copy.subarray(0, from);
    case 1:
      return Uint8Array.from([...copy.subarray(0, from), ...copy.subarray(from + below(random, 9))]);
    case 2:
      return Uint8Array.from([...copy, ...copy.subarray(from)]);
    default:
      return copy;
  }
}

const names = ['curve25519-sha256', 'aes256-gcm@openssh.com'];
const KEXINIT = encodeKexInit(
  {
    keyExchanges: names,
    hostKeys: names,
    ciphersToServer: names,
    ciphersToClient: names,
    macsToServer: [],
    macsToClient: names,
    compressionToServer: names,
    compressionToClient: names,
    guesses: false,
  },
  new Uint8Array(16),
);
const TARGETS: readonly [Uint8Array, (bytes: Uint8Array) => unknown][] = [
  [KEXINIT, decodeKexInit],
  [message(31, 'a host key', 'a value', 'a signature'), decodeKexReply],
  [message(1, 2, 'goodbye', 'en'), decodeDisconnect],
  [extInfo(names), decodeSignatureAlgorithms],
  [
    new TextEncoder().encode('hello\r\nSSH-2.0-OpenSSH_10.0 x\r\nrest'),
    (bytes) => {
      const decoder = new IdentificationDecoder();
      decoder.push(bytes);
      return decoder.next();
    },
  ],
];

it(`decoders take ${ROUNDS} mutations`, () => {
  const random = seededRandom(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const [original, decode] = TARGETS[round % TARGETS.length] ?? TARGETS[0] ?? [];
    if (!(original && decode)) continue;
    const bytes = mutate(original, random);
    try {
      decode(bytes);
    } catch (error) {
      if (!isFairleadError(error)) throw new Error(`seed ${SEED}, round ${round}`, { cause: error });
    }
  }
}, 600_000);

it(`links end in time with ${LINKS} servers that send mutations`, async () => {
  const random = seededRandom(SEED);
  for (let round = 0; round < LINKS; round++) {
    const place = below(random, 3);
    const error = await endOf(async (server) => {
      let writes = 0;
      const mutating = new Proxy(server, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (name !== 'write') return typeof member === 'function' ? member.bind(target) : member;
          return async (content: Uint8Array) => {
            if (writes++ !== place) return target.write(content);
            await target.write(mutate(content, random));
            target.end();
          };
        },
      });
      await ServerLink.open(mutating);
      server.end();
    });
    if (error === undefined || isFairleadError(error)) continue;
    throw new Error(`seed ${SEED}, round ${round}`, { cause: error });
  }
  expect(LINKS).toBeGreaterThan(0);
}, 600_000);
