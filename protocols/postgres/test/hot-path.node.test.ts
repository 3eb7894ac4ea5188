// What a prepared statement costs: promises, reactions, platform calls. Counted, not timed.
import { type Answer, countedPeer, countWork } from '@fairlead/testkit/hot-path';
import { describe, expect, it } from 'vitest';
import { connect, open } from '../src/index.ts';
import {
  authenticationOk,
  bytes,
  greeting,
  int16,
  int32,
  message,
  ready,
  result,
} from './support/backend.ts';
import { sasl } from './support/start.ts';

const TEXT = 'select n from t where n = $1';
const URL = 'postgres://app@db.test/shop?sslmode=disable';
const COLUMNS = [['n', 23]] as const;
const ROW = result(COLUMNS, [['7']]);

/** A server that answers the statements of one write together. */
function server(): Answer {
  let isLoggedIn = false;
  return (written) => {
    if (!isLoggedIn) {
      isLoggedIn = true;
      return bytes(authenticationOk, greeting);
    }
    const answers: Uint8Array[] = [];
    const view = new DataView(written.buffer, written.byteOffset, written.length);
    for (let at = 0; at < written.length; at += 1 + view.getInt32(at + 1)) {
      const type = String.fromCharCode(written[at] ?? 0);
      const ofStatement = type === 'D' && written[at + 5] === 0x53;
      if (type === 'P') answers.push(message('1'));
      if (ofStatement) answers.push(message('t', int16(1), int32(23)), ROW.subarray(0, 1 + describedBytes()));
      if (type === 'B') answers.push(message('2'));
      if (type === 'E') answers.push(ROW);
      if (type === 'S') answers.push(ready);
    }
    return bytes(...answers);
  };
}

/** The length of the RowDescription at the beginning of the result. */
function describedBytes(): number {
  return new DataView(ROW.buffer, ROW.byteOffset).getInt32(1);
}

describe('a statement that is prepared', () => {
  it('costs one promise of its own, one write and one read', async () => {
    const peer = countedPeer(server());
    await using db = await connect(URL, { connector: peer.connector });
    const { promises, reactions, reads, writes } = await countWork(() => db.query(TEXT, [7]), { peer });
    // The answer's, the tick's, and the transport's: a write's, a read's, and what follows them.
    expect(promises).toBeLessThanOrEqual(11);
    expect(reactions).toBeLessThanOrEqual(7);
    expect([reads, writes]).toEqual([1, 1]);
  });

  it('shares all but that promise with the others of its flight', async () => {
    const peer = countedPeer(server());
    await using db = await connect(URL, { connector: peer.connector });
    const flight = () => Promise.all(Array.from({ length: 100 }, () => db.query(TEXT, [7])));
    await flight();
    const { promises, reactions, reads, writes } = await countWork(flight, { peer, times: 5 });
    // One each, one each of Promise.all, and few for all.
    expect(promises).toBeLessThanOrEqual(211);
    expect(reactions).toBeLessThanOrEqual(107);
    expect([reads, writes]).toEqual([1, 1]);
  });
});

it('travels in one write with the proof of the login, where it is the first', async () => {
  const written: string[] = [];
  const peer = countedPeer((bytes) => {
    written.push(written.length === 0 ? 'start-up' : typesOf(bytes));
    if (written.length === 1) return sasl;
    if (written.length > 2) return 'end';
    const nonce = /r=(.*)$/.exec(new TextDecoder().decode(bytes))?.[1];
    return message('R', int32(11), `r=${nonce}server,s=${btoa('salt')},i=4096`);
  });
  const db = open(URL, { connector: peer.connector, password: 'secret' });
  await expect(db.query(TEXT, [7])).rejects.toMatchObject({ code: 'connection_lost' });
  expect(written).toEqual(['start-up', 'p', 'pPDBDES']);
});

/** The types of whole messages. */
function typesOf(written: Uint8Array): string {
  const view = new DataView(written.buffer, written.byteOffset, written.length);
  let types = '';
  for (let at = 0; at < written.length; at += 1 + view.getInt32(at + 1))
    types += String.fromCharCode(written[at] ?? 0);
  return types;
}
