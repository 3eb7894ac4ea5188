// The session against a server that keeps to the message flow, and against one that does not. Pipelined at random: each
// statement gets its own result, whatever became of the others; and no bytes of any kind bring out anything but a
// FairleadError.
import { ReceiveBuffer, Writer } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { Session } from '../src/session/session.ts';
import { writeStatement } from '../src/session/statement-writer.ts';
import { PendingStatement } from '../src/statements/pending-statement.ts';
import { StatementCache } from '../src/statements/prepared.ts';
import type { Request, Sink } from '../src/statements/request.ts';
import { TypeRegistry } from '../src/values/registry.ts';
import { rowReader } from '../src/values/rows/row-reader.ts';
import type { RowReader } from '../src/values/rows/shape.ts';
import { bytes } from './support/backend.ts';
import { Dice, ROUNDS, SEED } from './support/dice.ts';
import { cellOf, ModelServer, rowsOf } from './support/model-server.ts';

const LONG = { timeout: 3_600_000 };
const MAX_ROW_BYTES = 4096;
const MAX_BUFFER_BYTES = 8192;
const registry = new TypeRegistry({ json: 'parsed' });
/** A pipeline has several statements, each of which has several messages. */
const PIPELINES = ROUNDS / 5;
const OUTCOMES = [
  'rows 0',
  'rows 1',
  'rows 7',
  'none',
  'empty',
  'fail parse',
  'fail bind',
  'fail execute 0',
  'fail execute 3',
];

/** What one statement's caller saw. */
class Seen implements Sink {
  readonly rows: unknown[] = [];
  readonly tags: string[] = [];
  ends = 0;
  #read: RowReader<unknown> | undefined;

  begin(fields: Parameters<Sink['begin']>[0]): void {
    this.#read = rowReader(fields, registry, 'array');
  }

  row(...cells: Parameters<Sink['row']>): void {
    this.rows.push(this.#read?.(...cells));
  }

  tag(tag: string): void {
    this.tags.push(tag);
  }
}

/** A statement at random. One that is prepared under a name may come twice; only such as cannot fail are. */
function randomRequest(dice: Dice, index: number): Request {
  const common = {
    values: [],
    oids: [],
    more: [],
    binary: false,
    fetchSize: 0,
    exclusive: false,
    alone: false,
    serverTimeoutMs: 0,
  };
  if (dice.below(4) === 0) {
    const texts = Array.from({ length: 1 + dice.below(3) }, () => `${dice.pick(OUTCOMES)} ${index}`);
    return { ...common, text: texts.join('; '), simple: true, prepare: false, readOnly: false };
  }
  const prepare = dice.below(2) === 0;
  const text = prepare ? `rows ${dice.below(4)} prepared` : `${dice.pick(OUTCOMES)} ${index}`;
  return { ...common, text, simple: false, prepare, readOnly: dice.below(4) === 0 };
}

/** A session with statements on their way, and the server's answer to all of them. */
class Pipeline {
  readonly sent: { readonly statement: PendingStatement; readonly seen: Seen }[] = [];
  readonly session: Session;
  readonly answer: Uint8Array;
  readonly #dice: Dice;
  readonly #buffer = new ReceiveBuffer(MAX_BUFFER_BYTES + MAX_ROW_BYTES);

  constructor(dice: Dice) {
    this.#dice = dice;
    this.session = new Session(
      {
        ended: (statement) => this.#ended(statement),
        stopped: () => undefined,
        needsSync: () => undefined,
        peer: undefined,
        notice: () => undefined,
        notification: () => undefined,
        refuseCopy: () => undefined,
        redefined: () => undefined,
      },
      MAX_ROW_BYTES,
    );
    const server = new ModelServer(dice);
    const writer = new Writer(1 << 20);
    const cache = new StatementCache();
    for (let count = 1 + dice.below(6); count > 0; count--) {
      const seen = new Seen();
      const statement = new PendingStatement(
        { peer: undefined, stopped: () => undefined },
        randomRequest(dice, count),
        seen,
      );
      statement.done.catch(() => undefined);
      writeStatement({ writer, cache, now: 0 }, statement);
      this.session.add(statement);
      this.sent.push({ statement, seen });
    }
    for (const piece of dice.pieces(writer.take(), 200)) server.take(piece);
    this.answer = server.output.take();
  }

  /** Gives the session these bytes in pieces, as a transport would. */
  receive(input: Uint8Array): void {
    for (const piece of this.#dice.pieces(input, this.#dice.pick([3, 40, 4000]))) {
      this.#buffer.push(piece);
      this.session.receive(this.#buffer);
      // The transport's next read overwrites what it gave out before.
      this.#buffer.keep();
      piece.fill(0xdb);
    }
  }

  #ended(statement: PendingStatement): void {
    const sent = this.sent.find((each) => each.statement === statement);
    if (sent !== undefined) sent.seen.ends += 1;
    statement.end();
  }
}

/** What a statement should have brought. */
function expected({ text, simple }: Request): { rows: string[][]; error: string | undefined } {
  const rows: string[][] = [];
  for (const statement of simple ? text.split('; ') : [text]) {
    for (let i = 0; i < rowsOf(statement); i++) rows.push([cellOf(statement, i)]);
    if (statement.startsWith('fail')) return { rows, error: statement };
  }
  return { rows, error: undefined };
}

describe('a session', () => {
  it('gives each statement of a pipeline its own result', LONG, async () => {
    const dice = new Dice(SEED + 10);
    for (let round = 0; round < PIPELINES; round++) {
      const pipeline = new Pipeline(dice);
      // Promises that have settled are let go between turns only.
      if (round % 100 === 0) await Promise.resolve();
      pipeline.receive(pipeline.answer);
      expect(pipeline.session.inFlight, `round ${round}`).toEqual([]);
      for (const { statement, seen } of pipeline.sent) {
        const { rows, error } = expected(statement.request);
        expect({
          text: statement.request.text,
          rows: seen.rows,
          error: statement.error?.server?.message,
        }).toEqual({
          text: statement.request.text,
          rows,
          error,
        });
        expect(seen.ends).toBe(1);
      }
    }
  });

  it('brings nothing out of broken answers but FairleadErrors, and ends nothing twice', LONG, async () => {
    const dice = new Dice(SEED + 11);
    const codes = new Set<string>();
    for (let round = 0; round < PIPELINES; round++) {
      const pipeline = new Pipeline(dice);
      if (round % 100 === 0) await Promise.resolve();
      const noise = dice.below(10) === 0 ? dice.bytes(30) : bytes();
      try {
        pipeline.receive(dice.mutate(bytes(pipeline.answer, noise)));
        codes.add('none');
      } catch (error) {
        if (!isFairleadError(error)) throw error;
        codes.add(error.code);
      }
      for (const { statement, seen } of pipeline.sent) {
        expect(seen.ends).toBeLessThanOrEqual(1);
        expect(statement.over).toBe(seen.ends === 1);
        expect(statement.reason === undefined || isFairleadError(statement.reason)).toBe(true);
      }
    }
    expect([...codes].every((code) => ['none', 'protocol', 'limit', 'server', 'usage'].includes(code))).toBe(
      true,
    );
    expect(codes).toContain('none');
    expect(codes).toContain('protocol');
  });
});
