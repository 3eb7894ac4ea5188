// What a pool reads of the bytes that pass: ends of replies in any pieces, cursors, transactions, and hostile servers.
import { allSplits, concatBytes, seededRandom } from '@fairlead/testkit';
import { Code, Decimal128, type Document, Double, Long, MinKey, ObjectId, Timestamp } from 'bson';
import { describe, expect, it } from 'vitest';
import { MongodbFront, message } from '../../src/mooring/front.ts';
import { Replies, type ReplyFacts } from '../../src/mooring/replies.ts';
import { MongodbTracker } from '../../src/mooring/tracker.ts';
import { int32s, opMsg } from '../support/messages.ts';

const ALL_KINDS: Document = {
  double: 1.5,
  text: 'ahoy',
  document: { ok: 0, cursor: { id: 5 } },
  list: [1, { code: 7 }],
  bytes: Uint8Array.of(1, 2, 3),
  id: new ObjectId(),
  bool: true,
  date: new Date(),
  nothing: null,
  regexp: /a.b/i,
  code2: new Code('x', { a: 1 }),
  plainCode: new Code('x'),
  int32: 1,
  timestamp: new Timestamp({ t: 1, i: 2 }),
  int64: Long.fromNumber(5),
  decimal: Decimal128.fromString('1.1'),
  min: new MinKey(),
};

function factsOf(pieces: readonly Uint8Array[]): ReplyFacts[] {
  const found: ReplyFacts[] = [];
  const replies = new Replies((facts) => found.push(facts));
  for (const piece of pieces) replies.take(piece);
  expect(replies.isWhole).toBe(true);
  return found;
}

describe('replies', () => {
  const stream = concatBytes([
    opMsg(1, { ok: 1 }),
    opMsg(2, { ok: 0, code: 10107, errmsg: 'x' }),
    opMsg(3, {
      ...ALL_KINDS,
      cursor: { firstBatch: [ALL_KINDS, {}], id: Long.fromBigInt(9n), ns: 'shop.orders' },
      ok: new Double(1),
    }),
    opMsg(4, { cursor: { id: 0, ns: 'a.b', nextBatch: [] }, ok: true }),
  ]);
  const expected = [
    { responseTo: 1, isOk: true, code: 0, cursor: undefined },
    { responseTo: 2, isOk: false, code: 10107, cursor: undefined },
    { responseTo: 3, isOk: true, code: 0, cursor: 9n, namespace: 'shop.orders' },
    { responseTo: 4, isOk: true, code: 0, cursor: 0n },
  ];

  it('are found in whatever pieces they come', () => {
    for (const { name, chunks } of allSplits(stream)) expect(factsOf(chunks), name).toMatchObject(expected);
    expect(factsOf([stream])).toMatchObject(expected);
  });

  it.each<[string, Uint8Array]>([
    ['a length of 0', int32s(0, 1, 1, 2013)],
    ['a length of 15', int32s(15, 1, 1, 2013)],
    ['a length of 2^31-1', int32s(0x7fff_ffff, 1, 1, 2013)],
    ['another kind of message', int32s(40, 1, 1, 1)],
    ['moreToCome', opMsg(1, { ok: 1 }, 2)],
    ['bytes behind the document', grown(opMsg(1, { ok: 1 }), 3)],
    ['a document that ends early', patched(opMsg(1, { ok: 1, text: 'ahoy' }), 25, 0)],
    ['an unknown kind of value', patched(opMsg(1, { ok: 1 }), 25, 0x44)],
    ['a text beyond the message', opMsg(1, patchedDocument())],
  ])('%s is a breach of the protocol', (_what, bytes) => {
    expect(() => new Replies(() => undefined).take(bytes)).toThrow(
      expect.objectContaining({ code: 'protocol' }),
    );
  });

  it('random bytes end in an error or in waiting', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 2_000; round++) {
      const bytes = stream.slice();
      for (let i = 0; i < 3; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      try {
        new Replies(() => undefined).take(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: 'protocol' });
      }
    }
  });
});

function grown(bytes: Uint8Array, by: number): Uint8Array {
  const longer = concatBytes([bytes, new Uint8Array(by)]);
  new DataView(longer.buffer).setInt32(0, longer.length, true);
  return longer;
}

function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

/** `{ a: <text of 2^31 - 1 bytes> }`. */
function patchedDocument(): Uint8Array {
  return concatBytes([int32s(13), Uint8Array.of(2, 97, 0), int32s(0x7fff_ffff), Uint8Array.of(0, 0)]);
}

describe('the tracker', () => {
  const command = (id: number, document: Document) => message(0, { ...document, $db: 'shop' }, id);
  const cursor = (id: bigint) => ({ ok: 1, cursor: { firstBatch: [], id, ns: 'shop.orders' } });

  it('owes what was sent until it is answered', () => {
    const tracker = new MongodbTracker();
    tracker.sent(concatBytes([command(1, { ping: 1 }), command(2, { ping: 1 })]));
    expect([tracker.owes, tracker.isIdle]).toEqual([true, false]);
    tracker.received(opMsg(1, { ok: 1 }));
    const last = opMsg(2, { ok: 1 });
    tracker.received(last.subarray(0, 20));
    expect(tracker.isIdle).toBe(false);
    tracker.received(last.subarray(20));
    expect([tracker.owes, tracker.isIdle, tracker.needsReset, tracker.isSpent]).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it('knows the cursors that are open', () => {
    const tracker = new MongodbTracker();
    tracker.sent(command(1, { find: 'orders' }));
    tracker.received(opMsg(1, cursor(7n)));
    expect([tracker.isIdle, tracker.needsReset]).toEqual([true, true]);
    tracker.sent(command(2, { getMore: 7n, collection: 'orders' }));
    tracker.received(opMsg(2, cursor(7n)));
    expect(tracker.needsReset).toBe(true);
    tracker.sent(command(3, { killCursors: 'orders', cursors: [7n] }));
    tracker.received(opMsg(3, { ok: 1 }));
    expect(tracker.needsReset).toBe(false);
  });

  it('is not idle in a transaction', () => {
    const tracker = new MongodbTracker();
    const inside = { autocommit: false, txnNumber: 1n };
    tracker.sent(command(1, { insert: 'orders', startTransaction: true, ...inside }));
    tracker.received(opMsg(1, { ok: 1, n: 1 }));
    expect([tracker.owes, tracker.isIdle]).toEqual([false, false]);
    tracker.sent(command(2, { commitTransaction: 1, ...inside }));
    tracker.received(opMsg(2, { ok: 0, code: 50 }));
    expect(tracker.isIdle).toBe(false);
    tracker.sent(command(3, { abortTransaction: 1, ...inside }));
    tracker.received(opMsg(3, { ok: 1 }));
    expect(tracker.isIdle).toBe(true);
  });

  it.each([
    ['a reply that nobody asked for', [], opMsg(1, { ok: 1 })],
    ['a reply to another command', [command(2, { ping: 1 })], opMsg(1, { ok: 1 })],
    ['two replies', [command(1, { ping: 1 })], concatBytes([opMsg(1, { ok: 1 }), opMsg(1, { ok: 1 })])],
  ])('%s is a breach of the protocol', (_what, sent, bytes) => {
    const tracker = new MongodbTracker();
    for (const each of sent) tracker.sent(each);
    expect(() => tracker.received(bytes)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });
});

describe('the front', () => {
  const hello = message(0, { hello: 1, $db: 'admin' }, 1);
  const command = (document: Document) => message(0, { ...document, $db: 'shop' }, 2);

  it.each<[Document, string]>([
    [{ find: 'orders', singleBatch: true }, 'clean'],
    [{ find: 'orders' }, 'session'],
    [{ find: 'orders', singleBatch: false }, 'session'],
    [{ aggregate: 'orders' }, 'session'],
    [{ getMore: Long.fromNumber(7) }, 'session'],
    [{ insert: 'orders' }, 'clean'],
    [{ insert: 'orders', startTransaction: true }, 'session'],
    [{ find: 'orders', singleBatch: true, autocommit: false }, 'session'],
    [{ logout: 1 }, 'lasting'],
    [{ saslStart: 1 }, 'lasting'],
    [{ somethingNew: 1 }, 'session'],
    [{ listCollections: 1 }, 'session'],
  ])('%j leaves %s', (document, trace) => {
    const bytes = command(document);
    for (const { name, chunks } of allSplits(concatBytes([hello, bytes]))) {
      const front = new MongodbFront(true);
      const steps = chunks.flatMap((chunk) => [...front.take(chunk)]);
      expect(steps, name).toEqual([{ kind: 'login' }, { kind: 'forward', bytes, trace, owed: 1 }]);
    }
  });

  it('tells of sessions only where it was asked to', () => {
    const greeting = { hello: { ok: 1, logicalSessionTimeoutMinutes: 30 } };
    const [withSessions, without] = [true, false].map((has) => {
      const front = new MongodbFront(has);
      front.take(hello);
      return new TextDecoder().decode(front.greet(greeting));
    });
    expect(withSessions).toMatch(/logicalSession/);
    expect(without).not.toMatch(/logicalSession/);
  });

  it.each<[string, Uint8Array]>([
    ['an impossible length', int32s(3, 2, 0, 2013)],
    ['a message that is none', concatBytes([int32s(40, 2, 0, 2004), new Uint8Array(24)])],
    ['a malformed document', patched(command({ ping: 1 }), 25, 0x44)],
    ['no answer wanted', patched(command({ ping: 1 }), 16, 2)],
  ])('%s is refused', (_what, bytes) => {
    const front = new MongodbFront(true);
    front.take(hello);
    expect(() => front.take(bytes)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });
});
