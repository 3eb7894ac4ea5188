// What the queue writes when not all of it fits into what waits to be sent: a statement goes out with its time limit and
// its ROLLBACK, or not at all.
import { Writer } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { StatementQueue } from '../src/connection/statement-queue.ts';
import type { PendingStatement } from '../src/statements/pending-statement.ts';
import { DISCARD, type Request, statementRequest } from '../src/statements/request.ts';

const LARGE = 'x'.repeat(10_000);

/** A connection whose server answers nothing, so that all that is written waits. */
class Unanswered {
  readonly queue = new StatementQueue({ peer: undefined, stopped: () => undefined });
  readonly inFlight: PendingStatement[] = [];
  readonly status = 'I';

  add(statement: PendingStatement): void {
    this.inFlight.push(statement);
  }

  /** Writes the requests into a writer with so much room. @returns What was written, and what the first one ended with. */
  async send(room: number, ...requests: Partial<Request>[]): Promise<[string, string | undefined]> {
    const writer = new Writer(room);
    const [first] = requests.map((request) =>
      this.queue.join({ ...statementRequest('select'), ...request }, DISCARD),
    );
    first?.done.catch(() => undefined);
    this.queue.fill(writer, this, false);
    return [new TextDecoder().decode(writer.take()), first?.failure?.code];
  }
}

/** How many bytes these requests need. */
async function bytesOf(...requests: Partial<Request>[]): Promise<number> {
  return (await new Unanswered().send(1 << 20, ...requests))[0].length;
}

describe('a statement with a time limit', () => {
  it('is not sent when the limit does not fit, and the next one has the limit told', async () => {
    const limited = { text: LARGE, serverTimeoutMs: 5_000 };
    const room = await bytesOf({ text: LARGE });
    const connection = new Unanswered();
    expect(await connection.send(20, limited)).toEqual(['', 'limit']);
    const [text] = await connection.send(room, { serverTimeoutMs: 5_000 });
    expect(text).toContain('SET statement_timeout = 5000');
  });

  it('that does not fit behind its limit leaves the limit told', async () => {
    const limited = { text: LARGE, serverTimeoutMs: 5_000 };
    const connection = new Unanswered();
    const [text, code] = await connection.send(await bytesOf({ text: LARGE }), limited);
    expect([text.includes('SET statement_timeout = 5000'), text.includes(LARGE), code]).toEqual([
      true,
      false,
      'limit',
    ]);
    expect(connection.inFlight).toHaveLength(1);
  });
});

describe('a readOnly statement', () => {
  it('is sent with its ROLLBACK, or not at all', async () => {
    const request = { text: LARGE, readOnly: true };
    const room = await bytesOf(request);
    const fitting = new Unanswered();
    const [text, code] = await fitting.send(room, request);
    expect([text.includes('BEGIN READ ONLY'), text.endsWith('ROLLBACK\0'), code]).toEqual([
      true,
      true,
      undefined,
    ]);
    expect(fitting.inFlight).toHaveLength(2);
    for (const missing of [1, 13, 14, 15]) {
      const tight = new Unanswered();
      expect(await tight.send(room - missing, request)).toEqual(['', 'limit']);
      expect(tight.inFlight).toHaveLength(0);
    }
  });
});
