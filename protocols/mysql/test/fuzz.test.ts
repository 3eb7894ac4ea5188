// Servers that send garbage in every state: whatever comes, a FairleadError comes out, in time, and nothing is left
// rejected with nobody listening.
import { type MemoryServer, memoryConnector, seededRandom } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import { type Client, connect } from '../src/index.ts';
import {
  bytes,
  definition,
  eof,
  err,
  greeting,
  ok,
  PacketReader,
  packets,
  plainUrl,
  SCRAMBLE,
  safeUrl,
  table,
} from './support/backend.ts';

expectNoUnhandledRejection();

const INT = { name: 'n', type: 8, collation: 63 };
const TEXT = { name: 't', type: 253 };
const TIME = { name: 'd', type: 12, collation: 63, decimals: 6 };
const JSON_COLUMN = { name: 'j', type: 245, collation: 63 };
const COLUMNS = [INT, TEXT, TIME, JSON_COLUMN];

/** What a well-behaved server sends in each state; the mutations begin from it. */
const STATES: Readonly<Record<string, Uint8Array>> = {
  greeting: packets(0, greeting()),
  authentication: packets(2, bytes(0xfe, 'caching_sha2_password', 0, SCRAMBLE, 0)),
  'more data': packets(2, bytes(1, 4)),
  'parsec salt': packets(2, bytes(0x50, 0, 'saltsaltsaltsaltsa')),
  refusal: packets(2, err(1045, '28000', 'no')),
  ok: packets(1, ok({ affectedRows: 1, info: 'Rows matched: 1' })),
  error: packets(1, err(1064, '42000', 'syntax')),
  table: packets(
    1,
    ...table(COLUMNS, [
      ['1', 'x', '2026-11-21 10:00:00.000000', '{"a":1}'],
      ['2', null, '0000-00-00 00:00:00.000000', 'null'],
    ]),
  ),
  'binary table': packets(
    1,
    bytes(4),
    ...COLUMNS.map(definition),
    eof(),
    bytes(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 'x', 11, 0xea, 7, 11, 21, 10, 0, 0, 1, 0, 0, 0, 2, '{}'),
    bytes(0, 0b111100),
    eof(),
  ),
  prepared: packets(
    1,
    bytes(0, 9, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0),
    definition(TEXT),
    eof(),
    definition(INT),
    eof(),
  ),
  'several results': packets(1, ...table([INT], [['1']], 0x0a), ...table([TEXT], [['x']], 0x0a), ok()),
};

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Flips, cuts, doubles or drops some bytes; lengths are left right, or not. */
function mutate(original: Uint8Array, random: Random): Uint8Array {
  const copy = original.slice();
  const times = 1 + below(random, 3);
  for (let i = 0; i < times; i += 1) copy[below(random, copy.length)] = below(random, 256);
  const from = below(random, copy.length);
  switch (below(random, 5)) {
    case 0:
      return copy.subarray(0, from);
    case 1:
      return bytes(copy.subarray(0, from), copy.subarray(from + below(random, 9)));
    case 2:
      return bytes(copy, copy.subarray(from));
    default:
      return copy;
  }
}

/** Plays a server that is mad in one state, and uses the client as far as it goes. */
async function meet(state: string, mad: Uint8Array): Promise<unknown[]> {
  const connector = memoryConnector(async (line) => {
    await line.write(state === 'greeting' ? mad : packets(0, greeting()));
    const reader = new PacketReader(line);
    if ((await reader.next()) === undefined) return;
    const early = ['authentication', 'more data', 'parsec salt', 'refusal'].includes(state);
    await line.write(early ? mad : packets(2, ok()));
    await answer(line, reader, mad);
    await line.close();
  });
  const seen: unknown[] = [];
  const note = (error: unknown): undefined => void seen.push(error);
  const db: Client | undefined = await connect(plainUrl, {
    connector,
    connectTimeoutMs: 500,
    timeZone: 'session',
    timeoutMs: 500,
  }).catch(note);
  if (db === undefined) return seen;
  const prepared = state === 'binary table' || state === 'prepared';
  await (prepared ? db.execute('select ?', [1]) : db.query('select 1')).catch(note);
  await db.query('select 2').catch(note);
  await db.close();
  return seen;
}

async function answer(line: MemoryServer, reader: PacketReader, mad: Uint8Array): Promise<void> {
  const command = await reader.statement();
  if (command === undefined) return;
  const prepares = command.code === 0x16 && mad[4] !== 0;
  if (prepares) {
    await line.write(
      packets(1, bytes(0, 9, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0), definition(TEXT), eof(), definition(INT), eof()),
    );
    await reader.command();
  }
  await line.write(mad);
}

describe.each(Object.entries(STATES))('garbage for: %s', (state, original) => {
  it.each([1, 2, 3])('seed %d', { timeout: 60_000 }, async (seed) => {
    const random = seededRandom(seed * 7919 + state.length);
    const rounds = Array.from({ length: 30 }, () => mutate(original, random));
    const outcomes = await Promise.all(rounds.map((mad) => meet(state, mad)));
    for (const error of outcomes.flat()) {
      expect(error).toMatchObject({ name: 'FairleadError' });
      expect(String(error)).not.toContain('top-secret');
    }
  });
});

describe('packets that cannot stand where they stand', () => {
  const cases: [what: string, reply: Uint8Array][] = [
    ['an end of rows before a result', packets(1, eof())],
    ['4,097 columns', packets(1, bytes(0xfc, 1, 16))],
    ['bytes behind the number of columns', packets(1, bytes(1, 1))],
    ["a row in place of the columns' end", packets(1, bytes(1), definition(INT), bytes(1, '1'))],
    ['a row with too few values', packets(1, ...table([INT, INT], []).slice(0, 4), bytes(1, '1'))],
    ['a row with too many values', packets(1, ...table([INT], []).slice(0, 3), bytes(1, '1', 1, '2'))],
    ['a value that leads past its packet', packets(1, ...table([INT], []).slice(0, 3), bytes(9, '1'))],
    [
      'a value of 2^64-1 bytes',
      packets(1, ...table([INT], []).slice(0, 3), bytes(0xfe, new Uint8Array(8).fill(255))),
    ],
    [
      'a number that is none',
      packets(1, ...table([{ name: 'n', type: 3 }], []).slice(0, 3), bytes(3, '1x2')),
    ],
    ['a column without a type', packets(1, bytes(1), definition(INT).subarray(0, 20), eof())],
    ['an OK cut short', packets(1, bytes(0, 1))],
    ['an error cut short', packets(1, bytes(0xff, 1))],
    ['an empty packet', packets(1, new Uint8Array(0))],
    ['a wrong number of the packet', packets(5, ok())],
  ];
  it.each(cases)('%s: protocol', async (_, reply) => {
    const seen = await meet('reply', reply);
    expect(seen[0]).toMatchObject({ code: 'protocol', blame: 'peer', safeToRetry: false });
    expect(seen[1]).toMatchObject({ code: 'protocol', safeToRetry: true });
  });

  it('a packet that nobody asked for ends the connection', async () => {
    const seen = await meet('reply', bytes(packets(1, ok()), packets(1, ok())));
    expect(seen.at(-1)).toMatchObject({ code: 'protocol' });
  });
});

describe('credentials', () => {
  it('do not cross before TLS whatever the greeting says', { timeout: 60_000 }, async () => {
    const random = seededRandom(4711);
    const heard: Uint8Array[] = [];
    const attempts = Array.from({ length: 120 }, async () => {
      const hello = mutate(packets(0, greeting()), random);
      const connector = memoryConnector(async (line) => {
        await line.write(hello);
        for (;;) {
          const chunk = await line.read();
          if (chunk === undefined) return;
          heard.push(chunk.slice());
        }
      });
      const error: unknown = await connect(safeUrl, { connector, connectTimeoutMs: 300 }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ name: 'FairleadError' });
    });
    await Promise.all(attempts);
    const wire = Buffer.concat(heard).toString('latin1');
    for (const secret of ['app', 'top-secret', 'shop', 'password', 'fairlead'])
      expect(wire).not.toContain(secret);
  });
});
