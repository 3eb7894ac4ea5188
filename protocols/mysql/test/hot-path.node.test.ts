// What a prepared statement costs: promises, reactions, platform calls. Counted, not timed.
import { type Answer, countedPeer, countWork } from '@fairlead/testkit/hot-path';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import {
  bytes,
  definition,
  eof,
  greeting,
  numbered,
  ok,
  plainUrl,
  uint16,
  uint32,
} from './support/backend.ts';

const PREPARE = 0x16;
const EXECUTE = 0x17;
const COLUMN = { name: 'n', type: 3, collation: 63 };
const TEXT = 'select n from t where n = ?';

const PREPARED = numbered(1, [
  bytes(0, uint32(1), uint16(1), uint16(1), 0, uint16(0)),
  definition({ name: '?', type: 253 }),
  eof(),
  definition(COLUMN),
  eof(),
]);
const ONE_ROW = numbered(1, [bytes(1), definition(COLUMN), eof(), bytes(0, 0, uint32(7)), eof()]);

/** A server that answers the commands of one write together. */
function server(): Answer {
  let isLoggedIn = false;
  return (written) => {
    if (!isLoggedIn) {
      isLoggedIn = true;
      return numbered(2, [ok()]);
    }
    const answers: Uint8Array[] = [];
    for (let at = 0; at < written.length; at += 4 + ((written[at] ?? 0) | ((written[at + 1] ?? 0) << 8))) {
      const code = written[at + 4];
      answers.push(code === PREPARE ? PREPARED : code === EXECUTE ? ONE_ROW : numbered(1, [ok()]));
    }
    return bytes(...answers);
  };
}

describe('a statement that is prepared', () => {
  it('costs one promise of its own, one write and one read', async () => {
    const peer = countedPeer(server(), numbered(0, [greeting()]));
    await using db = await connect(plainUrl, { connector: peer.connector });
    await db.execute(TEXT, [7]);
    const { promises, reactions, reads, writes } = await countWork(() => db.execute(TEXT, [7]), { peer });
    // The answer's, the tick's, and the transport's: a write's, a read's, and what follows them.
    expect(promises).toBeLessThanOrEqual(11);
    expect(reactions).toBeLessThanOrEqual(7);
    expect([reads, writes]).toEqual([1, 1]);
  });

  it('shares all but that promise with the others of its flight', async () => {
    const peer = countedPeer(server(), numbered(0, [greeting()]));
    await using db = await connect(plainUrl, { connector: peer.connector });
    const flight = () => Promise.all(Array.from({ length: 100 }, () => db.execute(TEXT, [7])));
    await flight();
    const { promises, reactions, reads, writes } = await countWork(flight, { peer, times: 5 });
    // One each, one each of Promise.all, and few for all.
    expect(promises).toBeLessThanOrEqual(211);
    expect(reactions).toBeLessThanOrEqual(107);
    expect([reads, writes]).toEqual([1, 1]);
  });
});
