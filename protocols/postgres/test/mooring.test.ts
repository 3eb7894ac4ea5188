// What a statement may leave behind, whose answers are complete, and the caller's side of a pooled connection.
import { Writer } from '@fairlead/bytes';
import { allSplits, concatBytes } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { PostgresFront } from '../src/mooring/front.ts';
import { traceOf } from '../src/mooring/trace.ts';
import { PostgresTracker } from '../src/mooring/tracker.ts';
import { encodeBackend } from '../src/wire/encode/backend.ts';
import { encodeFirstPacket, writeFrontend } from '../src/wire/encode/frontend.ts';
import type { FrontendMessage } from '../src/wire/messages.ts';

function encodeFrontend(message: FrontendMessage): Uint8Array {
  const writer = new Writer(1_000_000);
  writeFrontend(writer, message);
  return writer.take();
}

describe('what a statement may leave behind', () => {
  it.each([
    ['select 1'],
    ['SELECT count(*), max(a) FROM t WHERE b IN (1, 2) AND (c = $1 OR d > now())'],
    ['with x as (select 1) select * from x'],
    ['show search_path'],
    ['begin; select 1; commit'],
    ['set local statement_timeout = 1'],
    ['SET  TRANSACTION READ ONLY'],
    ["select 'set_config(' || $$ listen $$ /* temp */ -- pg_advisory_lock(1)"],
  ])('%s: nothing', (text) => expect(traceOf(text, true)).toBe('clean'));

  it.each([
    ['insert into t values (1)'],
    ['update t set a = 1'],
    ['select my_function(1)'],
    ['select app.count(1)'],
    ['select "count"(1)'],
    ['with x as (delete from t returning *) select * from x'],
    ['create table t (a int)'],
    ['select a into b from c'],
    ['call p()'],
    ['do $$ begin end $$'],
    ['explain analyze insert into t values (1)'],
    ['select nextval($1)'],
    ['select pg_advisory_xact_lock(1)'],
  ])('%s: perhaps something, which nobody comes back for', (text) =>
    expect(traceOf(text, true)).toBe('dirty'),
  );

  it.each([
    ['set search_path = x'],
    ['SET SESSION AUTHORIZATION app'],
    ['set role app'],
    ['reset all'],
    ['listen channel'],
    ['prepare p as select 1'],
    ['deallocate p'],
    ['discard all'],
    ['create temp table t (a int)'],
    ['create temporary view v as select 1'],
    ['select * into temp t from u'],
    ['create table pg_temp.t (a int)'],
    ["select set_config('a.b', 'c', false)"],
    ["select SET_CONFIG('a.b', 'c', false)"],
    ['select "set_config"($1, $2, false)'],
    ['select pg_advisory_lock(1)'],
    ['select pg_try_advisory_lock_shared(1)'],
    ['select currval($1)'],
    ['select lastval()'],
    ['declare c cursor with hold for select 1'],
    ['select 1; set search_path = x'],
    ["select 'unclosed"],
    ['select U&"\\0073et_config"($1, $2, false)'],
    // Settings of classes that are called as the two words.
    ['begin; set local standard_conforming_strings = off'],
    ["set local.tenant = 'a'"],
    ["set transaction . tenant = 'a'"],
    ["set local/**/.tenant = 'a'"],
  ])('%s: what this session needs', (text) => expect(traceOf(text, true)).toBe('session'));

  it.each([
    ["select dblink_connect('c', $1)"],
    ['select setseed(0.5)'],
    ['set seed to 0.5'],
    ["select set_config('seed', '0.5', false)"],
    ['load $$x$$'],
    ["select pg_create_logical_replication_slot('s', 'p', true)"],
  ])('%s: what no reset undoes', (text) => expect(traceOf(text, true)).toBe('lasting'));

  it('is not known of a text with a backslash where that may be an escape', () => {
    const text = "select '\\'', set_config('app.t','A',false), '\\''";
    expect([traceOf(text, false), traceOf('select 1', false)]).toEqual(['session', 'clean']);
  });
});

const READY = encodeBackend({ kind: 'ready-for-query', status: 'I' });
const QUERY = encodeFrontend({ kind: 'query', text: 'select 1' });

describe('the tracker', () => {
  it('counts ReadyForQuery, in whatever pieces it comes', () => {
    const answer = encodeBackend(
      { kind: 'command-complete', tag: 'SELECT 1' },
      { kind: 'ready-for-query', status: 'T' },
      { kind: 'data-row', cells: [new Uint8Array(300).fill(0x5a)] },
      { kind: 'ready-for-query', status: 'I' },
    );
    for (const { chunks } of allSplits(answer)) {
      const tracker = new PostgresTracker();
      for (const piece of [QUERY, QUERY]) tracker.sent(piece);
      for (const piece of chunks) {
        expect(tracker.isIdle).toBe(false);
        tracker.received(piece);
      }
      expect(tracker.isIdle).toBe(true);
    }
  });

  it('is not idle in a transaction, nor in the middle of a message', () => {
    const tracker = new PostgresTracker();
    tracker.sent(QUERY);
    const complete = { kind: 'command-complete', tag: 'BEGIN' } as const;
    tracker.received(encodeBackend(complete, { kind: 'ready-for-query', status: 'T' }));
    expect(tracker.isIdle).toBe(false);
    const half = new PostgresTracker();
    half.sent(QUERY.subarray(0, 3));
    expect(half.isIdle).toBe(false);
  });

  it('is not idle behind a portion of rows, whose transaction goes on', () => {
    const tracker = new PostgresTracker();
    tracker.sent(encodeFrontend({ kind: 'parse', name: '', text: 'select 1', oids: [] }));
    tracker.sent(encodeFrontend({ kind: 'flush' }));
    tracker.received(encodeBackend({ kind: 'parse-complete' }));
    expect(tracker.isIdle).toBe(false);
    tracker.sent(encodeFrontend({ kind: 'sync' }));
    tracker.received(READY);
    expect(tracker.isIdle).toBe(true);
  });

  it('refuses a ReadyForQuery in place of an answer, and takes it for one to a mere Sync', () => {
    const tracker = new PostgresTracker();
    tracker.sent(encodeFrontend({ kind: 'copy-done' }));
    tracker.sent(encodeFrontend({ kind: 'sync' }));
    tracker.received(READY);
    expect(tracker.isIdle).toBe(true);
    tracker.sent(QUERY);
    expect(() => tracker.received(READY)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('refuses a ReadyForQuery that no statement asked for, and an impossible length', () => {
    const refused = expect.objectContaining({ code: 'protocol' });
    expect(() => new PostgresTracker().received(READY)).toThrow(refused);
    expect(() => new PostgresTracker().received(Uint8Array.of(0x5a, 0, 0, 0, 1))).toThrow(refused);
  });
});

describe('the caller’s side', () => {
  const startup = encodeFirstPacket({ kind: 'startup', minor: 0, parameters: new Map([['user', 'app']]) });
  const parse = encodeFrontend({ kind: 'parse', name: '', text: 'set role x', oids: [] });
  const sync = encodeFrontend({ kind: 'sync' });

  it('answers start-up and cancellation, and sends on whole statements', () => {
    for (const { chunks } of allSplits(
      concatBytes([startup, parse, sync, encodeFrontend({ kind: 'terminate' })]),
    )) {
      const front = new PostgresFront();
      const steps = chunks.flatMap((piece) => [...front.take(piece)]);
      expect(steps[0]).toEqual({ kind: 'login' });
      expect(steps.at(-1)).toEqual({ kind: 'goodbye' });
      const sent = steps.flatMap((step) => (step.kind === 'forward' ? [step] : []));
      expect(concatBytes(sent.map(({ bytes }) => bytes))).toEqual(concatBytes([parse, sync]));
      expect(sent[0]?.trace).toBe('session');
    }
    const cancel = encodeFirstPacket({
      kind: 'cancel-request',
      key: { processId: 1, secretKey: Uint8Array.of(0, 0, 1, 0) },
    });
    expect(new PostgresFront().take(cancel)).toEqual([{ kind: 'cancel', key: 256 }]);
  });

  it('takes a named statement for the session’s', () => {
    const front = new PostgresFront();
    front.take(startup);
    const named = encodeFrontend({ kind: 'parse', name: 'p', text: 'select 1', oids: [] });
    expect(front.take(named)).toMatchObject([{ trace: 'session' }]);
  });

  it('refuses a message with an impossible length', () => {
    const front = new PostgresFront();
    front.take(startup);
    expect(() => front.take(Uint8Array.of(0x51, 0, 0, 0, 1))).toThrow(
      expect.objectContaining({ code: 'protocol' }),
    );
  });
});
