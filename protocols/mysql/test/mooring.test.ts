// What a statement may leave behind, whose answers are complete, and the caller's side of a pooled connection.
import { allSplits, concatBytes } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { MysqlFront } from '../src/mooring/front.ts';
import { readText } from '../src/mooring/trace.ts';
import { MysqlTracker } from '../src/mooring/tracker.ts';
import { playedGreeting } from '../src/wire/greeting.ts';
import {
  bytes,
  eof,
  err,
  greeting,
  numbered,
  ok,
  packets,
  table,
  uint16,
  uint32,
} from './support/backend.ts';

const INT = { name: 'n', type: 3, collation: 63 };
const PEER = { hostname: 'db.test', port: 3306, tls: true };
const refused = expect.objectContaining({ code: 'protocol' });

const traceOf = (...args: Parameters<typeof readText>) => readText(...args).trace;

describe('what a statement may leave behind', () => {
  it.each([
    ['select 1'],
    ['SELECT count(*), max(a) FROM t WHERE b IN (1, 2) AND (c = ? OR d > now())'],
    ['(select 1) union (select 2)'],
    ['with x as (select 1) select * from x'],
    ['show variables like "sql_mode"'],
    ['explain select replace(a, 1, 2) from t'],
    ['begin; select 1; commit'],
    ['START TRANSACTION READ ONLY'],
    ['begin work'],
    ['do sleep(1)'],
    ['select @@time_zone, @@session.sql_mode'],
    ["select 'get_lock(' , `set` /* temporary */ -- last_insert_id()\n"],
    ['select /*+ MAX_EXECUTION_TIME(1) */ count(*) from t'],
    ['SET max_execution_time = 2000'],
    ['SET max_statement_time = 2.5'],
  ])('%s: nothing', (text) => expect(traceOf(text)).toBe('clean'));

  it.each([
    ['insert into t values (1)'],
    ['replace t values (1)'],
    ['update t set a = 1'],
    ['select my_function(1)'],
    ['select app.count(1)'],
    ['select `count`(1)'],
    ['with x as (select 1) delete from t'],
    ['create table t (a int)'],
    ['select a into outfile "x" from c'],
    ['select * from t for update'],
    ['call p()'],
    ['explain analyze insert into t values (1)'],
    ['select next value for s'],
    ['update t set id = last_insert_id(id + 1)'],
    ['load data local infile "x" into table t'],
    ['show create table t'],
    ['set transaction isolation level read committed'],
  ])('%s: perhaps something, which nobody comes back for', (text) => expect(traceOf(text)).toBe('dirty'));

  it.each([
    ['set time_zone = "+00:00"'],
    ['SET NAMES latin1'],
    ['set session transaction isolation level serializable'],
    ['set transaction isolation level serializable, read only'],
    ['SET max_execution_time = 2000, @x = 1'],
    ['set role app'],
    ['use shop'],
    ['select @x'],
    ['select @x := 1'],
    ['select 1 into @x'],
    ['select 1 into @`x`'],
    ['create temporary table t (a int)'],
    ['drop temporary table t'],
    ["select get_lock('x', 1)"],
    ["do release_lock('x')"],
    ['lock tables t write'],
    ['unlock tables'],
    ['flush tables with read lock'],
    ["prepare p from 'select 1'"],
    ['execute p'],
    ['handler t open'],
    ["xa start 'x'"],
    ['select sql_calc_found_rows 1'],
    ['select lastval(s)'],
    ['select previous value for s'],
    ['begin not atomic set autocommit = 0; end'],
    ['start slave'],
    ['select 1; set @x = 1'],
    ['insert into t values (1); select last_insert_id()'],
    ['/*! set @x = 1 */'],
    ['/*M! set @x = 1 */'],
    ["select 'a\\'b'"],
    ["select 'unclosed"],
    ['help'],
    [''],
    [';'],
  ])('%s: what this session needs', (text) =>
    expect(traceOf(text)).toBe(text.trim() === '' || text === ';' ? 'clean' : 'session'),
  );

  it.each([
    ['select last_insert_id()'],
    ['insert into t values (last_insert_id ( ))'],
    ['select row_count(), 1'],
    ['select @@warning_count'],
    ['select @@identity'],
    ['show warnings'],
    ['SHOW COUNT(*) ERRORS'],
    ['get diagnostics @p1 = number'],
  ])('%s: asks for what the statement before has left', (text) => expect(traceOf(text)).toBe('asks'));

  it('reads a text as the session does', () => {
    const text = "select 'a\\'b' /*M! , @x */";
    expect(traceOf(text)).toBe('session');
    expect(traceOf(text, { server: 'mysql', noBackslashEscapes: false })).toBe('clean');
    expect(traceOf(text, { server: 'mariadb', noBackslashEscapes: false })).toBe('session');
    expect(traceOf(text, { server: 'mysql', noBackslashEscapes: true })).toBe('session');
  });
});

const query = (text: string): Uint8Array => packets(0, bytes(3, text));
const QUERY = query('select 1');
const PREPARE = packets(0, bytes(0x16, 'select ?'));
const prepared = (parameters: number, columns: number): Uint8Array =>
  bytes(0, uint32(1), uint16(columns), uint16(parameters), 0, uint16(0));

/** Each with how it is told from the last end of another. */
const ANSWERS: readonly (readonly [name: string, command: Uint8Array, payloads: readonly Uint8Array[]])[] = [
  ['OK', QUERY, [ok()]],
  ['an error', QUERY, [err(1064, '42000', 'no')]],
  [
    'rows',
    QUERY,
    table(
      [INT, INT],
      [
        ['1', '2'],
        [null, 'x'.repeat(300)],
      ],
    ),
  ],
  ['rows that begin like an end', QUERY, table([INT], [[new Uint8Array(300).fill(0xfe)]])],
  ['no rows', QUERY, table([INT], [])],
  ['an error among rows', QUERY, [...table([INT], [['1']]).slice(0, -1), err(1317, '70100', 'ended')]],
  [
    'several results',
    QUERY,
    [...table([INT], [['1']], 0x000a), ok({ status: 0x000a }), ...table([INT], [['1']])],
  ],
  ['an error behind a result', QUERY, [...table([INT], [['1']], 0x000a), err(1064, '42000', 'no')]],
  [
    'a large number of rows and an id',
    QUERY,
    [bytes(0, 0xfd, 1, 2, 3, 0xfe, uint32(1), uint32(0), uint16(2), uint16(0))],
  ],
  [
    'a prepared statement',
    PREPARE,
    [prepared(1, 2), bytes(3, 'def'), eof(), bytes(3, 'def'), bytes(3, 'def'), eof()],
  ],
  ['one without parameters and columns', PREPARE, [prepared(0, 0)]],
  ['one that is refused', PREPARE, [err(1064, '42000', 'no')]],
  [
    'its rows',
    packets(0, bytes(0x17, uint32(1), 0, uint32(1))),
    [bytes(1), bytes(3, 'def'), eof(), bytes(0, 0, 1), eof()],
  ],
  ['a sign of life', packets(0, bytes(0x0e)), [ok()]],
];

describe('the tracker', () => {
  it.each(ANSWERS)('knows the end of %s, in whatever pieces it comes', (_, command, payloads) => {
    const answer = numbered(1, payloads);
    for (const { chunks } of allSplits(concatBytes([answer, answer]))) {
      const tracker = new MysqlTracker(PEER);
      tracker.sent(command, 1);
      tracker.sent(command, 1);
      for (const piece of chunks) {
        expect(tracker.isIdle).toBe(false);
        tracker.received(piece);
      }
      expect(tracker.isIdle).toBe(true);
    }
  });

  it.each(ANSWERS)('refuses more than %s', (_, command, payloads) => {
    const tracker = new MysqlTracker(PEER);
    tracker.sent(command, 1);
    tracker.received(numbered(1, payloads));
    expect(tracker.isIdle).toBe(true);
    expect(() => tracker.received(packets(1, ok()))).toThrow(refused);
  });

  it('is not idle in a transaction, nor in the middle of a message', () => {
    const tracker = new MysqlTracker(PEER);
    tracker.sent(query('begin'), 1);
    tracker.received(packets(1, ok({ status: 3 })));
    expect(tracker.isIdle).toBe(false);
    tracker.sent(QUERY, 1);
    tracker.received(numbered(1, table([INT], [['1']], 3)));
    expect(tracker.isIdle).toBe(false);
    tracker.sent(query('commit'), 1);
    tracker.received(packets(1, ok()));
    expect(tracker.isIdle).toBe(true);
    tracker.sent(QUERY.subarray(0, 3), 1);
    expect(tracker.isIdle).toBe(false);
  });

  it('waits for the transaction that an isolation level was set for, unless that was refused or is reset', () => {
    const set = query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
    for (const size of [1, 100]) {
      const tracker = new MysqlTracker(PEER);
      const take = (sent: Uint8Array, answer: Uint8Array, owed?: number): void => {
        for (let at = 0; at < sent.length; at += size) tracker.sent(sent.subarray(at, at + size), owed);
        tracker.received(packets(1, answer));
      };
      const state = () => [tracker.isIdle, tracker.needsReset];
      take(set, err(1568, '25001', 'in progress'), 1);
      expect(state()).toEqual([true, true]);
      take(set, ok(), undefined);
      expect(state()).toEqual([true, false]);
      take(set, ok(), 1);
      expect(state()).toEqual([false, true]);
      take(QUERY, ok(), 1);
      expect(state()).toEqual([false, true]);
      take(query('begin'), ok({ status: 3 }), 1);
      expect(state()).toEqual([false, false]);
      take(query('commit'), ok(), 1);
      expect(state()).toEqual([true, false]);
      take(set, ok(), 1);
      take(QUERY, ok(), undefined);
      expect(state()).toEqual([true, false]);
    }
  });

  it('follows the content of a file, whatever its numbers', () => {
    const tracker = new MysqlTracker(PEER);
    tracker.sent(query('load data local infile "x" into table t'), 1);
    tracker.received(packets(1, bytes(0xfb, 'x')));
    for (let i = 2; i < 600; i += 1) tracker.sent(packets(i & 0xff, bytes('content')), 0);
    tracker.sent(packets(600 & 0xff, bytes()), 0);
    expect(tracker.isIdle).toBe(false);
    tracker.received(packets(601 & 0xff, ok()));
    expect(tracker.isIdle).toBe(true);
    tracker.sent(QUERY, 1);
    expect(tracker.isIdle).toBe(false);
  });

  it('takes several packets for one message', () => {
    const large = new Uint8Array(0xff_ffff + 10).fill(0x20);
    large[0] = 3;
    const tracker = new MysqlTracker(PEER);
    const whole = concatBytes([
      packets(0, large.subarray(0, 0xff_ffff)),
      packets(1, large.subarray(0xff_ffff)),
    ]);
    tracker.sent(whole.subarray(0, -1), 1);
    tracker.sent(whole.subarray(-1), 0);
    const [columns = bytes(), column = bytes(), end = bytes()] = table([INT], []);
    tracker.received(numbered(2, [columns, column, end]));
    const row = new Uint8Array(0xff_ffff);
    row[0] = 0xfe;
    tracker.received(concatBytes([packets(5, row), packets(6, bytes())]));
    expect(tracker.isIdle).toBe(false);
    tracker.received(packets(7, eof()));
    expect(tracker.isIdle).toBe(true);
  });

  it('tells of errors, warnings and changed variables, but not of the pool’s own statements', () => {
    const changed = bytes(0, 0, 0, uint16(0x4002), uint16(0), 0, 17, 0, 15, 9, 'time_zone', 4, '+1:0');
    const state = bytes(0, 0, 0, uint16(0x4002), uint16(0), 0, 4, 5, 2, 1, '_');
    for (const [answer, has] of [
      [[ok()], false],
      [[state], false],
      [[changed], true],
      [[ok({ warnings: 1 })], true],
      [[err(1064, '42000', 'no')], true],
      [table([INT], []).with(-1, bytes(0xfe, uint16(1), uint16(2))), true],
    ] as const) {
      const tracker = new MysqlTracker(PEER);
      tracker.sent(QUERY, 1);
      tracker.received(numbered(1, answer));
      expect(tracker.needsReset).toBe(has);
      tracker.sent(QUERY, undefined);
      tracker.received(numbered(1, answer));
      expect(tracker.needsReset).toBe(false);
    }
  });

  it('says why the server ends an idle connection, or one whose statement it has not seen', () => {
    const goodbye = packets(0, err(4031, 'HY000', 'inactivity'));
    const ended = expect.objectContaining({
      code: 'connection_lost',
      server: expect.objectContaining({ message: 'inactivity' }),
    });
    expect(() => new MysqlTracker(PEER).received(goodbye)).toThrow(ended);
    const tracker = new MysqlTracker(PEER);
    tracker.sent(QUERY, 1);
    expect(() => tracker.received(goodbye)).toThrow(ended);
  });

  it('throws nothing but FairleadErrors, whatever comes', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7f_ff_ff_ff;
      return (seed >> 8) % below;
    };
    for (let run = 0; run < 3_000; run += 1) {
      const [, command = QUERY, payloads = []] = ANSWERS[random(ANSWERS.length)] ?? [];
      const answer = numbered(1, payloads);
      for (let i = random(4); i >= 0; i -= 1) answer[random(answer.length)] = random(256);
      const tracker = new MysqlTracker(PEER);
      tracker.sent(command, 1);
      const cut = random(answer.length);
      try {
        tracker.received(answer.subarray(0, cut));
        tracker.received(answer.subarray(cut));
      } catch (error) {
        expect(error).toHaveProperty('blame');
      }
    }
    expect(() => new MysqlTracker(PEER).sent(packets(0, bytes(0x12)), 1)).toThrow(refused);
  });
});

const LOGIN = packets(1, bytes('a login, which is longer than the request for TLS'));
const SESSION = [['SET time_zone = 1', packets(1, ok({ warnings: 9 }))]] as const;

/** One that has greeted its client. */
function greeted(): MysqlFront {
  const front = new MysqlFront();
  const packet = Buffer.from(packets(0, greeting({ capabilities: 0xdfff_f7ff })));
  front.greet({ ...playedGreeting(packet), session: SESSION, settings: {} }, 4711);
  return front;
}

describe('the caller’s side', () => {
  it('greets as the server did, with an id of its own and a method that needs no proof', () => {
    const front = new MysqlFront();
    const packet = Buffer.from(packets(0, greeting({ capabilities: 0xdfff_f7ff })));
    const played = front.greet({ ...playedGreeting(packet), session: [], settings: {} }, 4711);
    const expected = packets(0, greeting({ method: 'mysql_native_password' }));
    new DataView(expected.buffer, expected.byteOffset).setUint32(11, 4711, true);
    expect(played).toEqual(expected);
  });

  it('answers TLS, login and the session’s beginning, and sends on whole statements', () => {
    const written = [
      packets(1, new Uint8Array(32)),
      LOGIN,
      query('SET time_zone = 1'),
      query('SET max_execution_time = 5'),
      query('set role x'),
      query('SET time_zone = 1'),
      packets(0, bytes(1)),
    ];
    for (const { chunks } of allSplits(concatBytes(written))) {
      const front = greeted();
      const steps = chunks.flatMap((piece) => [...front.take(piece)]);
      expect(steps[0]).toEqual({ kind: 'reply', bytes: packets(2, ok()) });
      expect(steps[1]).toEqual({ kind: 'reply', bytes: SESSION[0][1] });
      expect(steps.at(-1)).toEqual({ kind: 'goodbye' });
      const sent = steps.flatMap((step) => (step.kind === 'forward' ? [step] : []));
      expect(sent.map(({ bytes: each }) => each)).toEqual(written.slice(3, 6));
      expect(sent.map(({ trace, owed }) => [trace, owed])).toEqual([
        ['clean', 1],
        ['session', 1],
        ['session', 1],
      ]);
    }
  });

  it('takes KILL QUERY for a cancellation only where no session has begun', () => {
    const kill = query('KILL QUERY 99');
    const front = greeted();
    front.take(LOGIN);
    expect(front.take(kill)).toEqual([{ kind: 'cancel', key: 99, reply: packets(1, ok()) }]);
    const other = greeted();
    other.take(LOGIN);
    other.take(QUERY);
    expect(other.take(kill)).toMatchObject([{ kind: 'forward', trace: 'dirty' }]);
  });

  it('puts an error in the place of what asks for another’s leavings, but not in a transaction', () => {
    const front = greeted();
    front.take(LOGIN);
    const ask = query('select last_insert_id()');
    const [step] = front.take(ask);
    expect(step).toMatchObject({ kind: 'forward', trace: 'clean', owed: 1 });
    const text = new TextDecoder().decode(step?.kind === 'forward' ? step.bytes.subarray(5) : undefined);
    expect(/^SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '(.*)'$/.exec(text)?.[1]?.length).toBeLessThan(129);
    front.take(query('START TRANSACTION'));
    expect(front.take(ask)).toMatchObject([{ bytes: ask, trace: 'dirty' }]);
    front.take(query('ROLLBACK TO fairlead_1'));
    expect(front.take(ask)).toMatchObject([{ bytes: ask }]);
    front.take(query('COMMIT'));
    expect(front.take(ask)).not.toMatchObject([{ bytes: ask }]);
  });

  it.each([
    [['BEGIN'], false],
    [['BEGIN', 'SAVEPOINT a', 'INSERT INTO t VALUES (1)', 'DO 1'], false],
    [['SELECT 1'], false],
    [['BEGIN', 'SELECT 1'], true],
    [['BEGIN', 'SELECT 1', 'ROLLBACK TO a', 'UPDATE t SET a = 1'], true],
    [['BEGIN; SELECT 1'], true],
    [['BEGIN', 'SELECT 1', 'COMMIT', 'BEGIN'], false],
    [['BEGIN', 'SELECT 1; COMMIT'], false],
    [['BEGIN', 'SELECT 1', '/* x */ COMMIT'], false],
  ])('lets FOUND_ROWS() ask behind a statement with rows of the same transaction alone: %j', (texts, may) => {
    const front = greeted();
    front.take(LOGIN);
    for (const text of texts) front.take(query(text));
    const ask = query('SELECT FOUND_ROWS()');
    const [step] = front.take(ask);
    expect(step?.kind === 'forward' && Buffer.compare(step.bytes, ask) === 0).toBe(may);
  });

  it.each([
    ['CREATE TABLE t (a int)'],
    ['/* x */ drop table t'],
    ['insert into t values (1); truncate t'],
    ['call p()'],
    ['select last_insert_id(); commit'],
    ['lock instance for backup'],
  ])('does not take a transaction for open behind what commits it: %s', (text) => {
    const front = greeted();
    front.take(LOGIN);
    const ask = query('select last_insert_id()');
    front.take(query('BEGIN'));
    front.take(query("insert into t values ('a;b')"));
    expect(front.take(ask)).toMatchObject([{ bytes: ask }]);
    front.take(query(text));
    if (traceOf(text) !== 'session') expect(front.take(ask)).not.toMatchObject([{ bytes: ask }]);
  });

  it('takes a prepared statement for the session’s, and knows the content of a file', () => {
    const front = greeted();
    front.take(LOGIN);
    expect(front.take(PREPARE)).toMatchObject([{ trace: 'session', owed: 1 }]);
    expect(front.take(packets(0, bytes(0x19, uint32(1))))).toMatchObject([{ owed: 0 }]);
    const content = [packets(2, bytes('\x01')), packets(0, bytes('\x01')), packets(3, bytes())];
    for (const each of content) expect(front.take(each)).toMatchObject([{ kind: 'forward', owed: 0 }]);
    expect(front.take(QUERY)).toMatchObject([{ owed: 1 }]);
  });

  it('refuses other commands', () => {
    const front = greeted();
    front.take(LOGIN);
    expect(() => front.take(packets(0, bytes(0x12)))).toThrow(refused);
    expect(() => front.take(packets(0, bytes()))).toThrow(refused);
  });
});
