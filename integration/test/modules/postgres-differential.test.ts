// The same statements through pg on Node and through @fairlead/postgres in workerd, against PostgreSQL 15, 17 and 18: the
// server's text, values in the text format and in the binary one, columns, counts and errors are the same.
import { isFairleadError } from '@fairlead/errors';
import {
  asDate,
  type BatchBuilder,
  type CellSource,
  type Client,
  connect,
  type QueryResult,
} from '@fairlead/postgres';
import { binaryFormat } from '@fairlead/postgres/binary';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { OracleAnswer } from '../../servers/postgres-oracle.ts';
import { CASES } from './postgres-differential-cases.ts';
import { type DifferentialCase, OWN_TYPES } from './postgres-differential-values.ts';
import { askOracle, expected, shown } from './postgres-oracle.ts';

const { postgresVersions, postgresOracle } = inject('servers');

/** The types that the binary format leaves to the caller, as bytes. */
const BYTES_IN_BINARY: ReadonlySet<string> = new Set(
  'money bit varbit point line lseg box path polygon circle tsvector tsquery pg_lsn xid8 tid regclass regtype regprocedure regoperator'.split(
    ' ',
  ),
);

type Row = (string | null)[];

/** Rows as the server's own text. */
class Texts implements BatchBuilder<Row[]> {
  #rows: Row[] = [];

  begin(): void {}

  row(source: CellSource, start: number, end: number): void {
    const bytes = source.bytes.slice(start, end);
    const view = new DataView(bytes.buffer);
    const row: Row = [];
    for (let at = 2; at < bytes.length; ) {
      const length = view.getInt32(at);
      const cell = bytes.subarray(at + 4, at + 4 + Math.max(0, length));
      row.push(length < 0 ? null : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(cell));
      at += 4 + cell.length;
    }
    this.#rows.push(row);
  }

  take(): Row[] | undefined {
    const rows = this.#rows;
    this.#rows = [];
    return rows.length === 0 ? undefined : rows;
  }
}

/** Bytes name the types of a row's columns, and text does not: `row(a, null, row(b), array[a])` in front of a and b. */
function checkRecord(value: unknown, [, a, b]: unknown[], [, type = 'oid:']: readonly string[]): void {
  const isKnown = !type.startsWith('oid:') && type !== 'record';
  if (isKnown) expect(value).toEqual([a, null, [b], [a]]);
}

/** Runs a case in its surroundings; what the server refuses is an answer too. */
async function inPlace<T>(
  client: Client,
  { before = [], after = [] }: DifferentialCase,
  run: () => Promise<T>,
): Promise<T | { readonly error: unknown }> {
  for (const sql of before) await client.query(sql);
  try {
    return await run();
  } catch (error) {
    if (!isFairleadError(error) || error.server === undefined) throw error;
    const { code, message, fields } = error.server;
    // pg prepares nothing that is not asked for by name.
    return {
      error: {
        ...fields,
        code,
        message: message.replace(/prepared statement "\w+"/, 'prepared statement ""'),
      },
    };
  } finally {
    for (const sql of after) await client.query(sql);
  }
}

async function texts(client: Client, { sql, params }: DifferentialCase) {
  const rows: Row[] = [];
  const stream = client.streamWith(sql, params as never, new Texts());
  for await (const batch of stream.batches()) rows.push(...batch);
  const fields = await stream.fields;
  return { columns: fields.map(({ name, typeOid: oid }) => ({ name, oid })), rows, ...stream.summary };
}

function values(result: QueryResult<never[]>) {
  return result.rows.map((row) => row.map(shown));
}

describe.each([15, 17, 18] as const)('PostgreSQL %i', (version) => {
  const { port } = postgresVersions[version];
  const cases = CASES.filter(({ since = 0 }) => since <= version);
  let client: Client;
  const answers = new Map<DifferentialCase, OracleAnswer>();

  beforeAll(async () => {
    const url = `postgres://trusted@localhost:${port}/fairlead?sslmode=disable`;
    client = await connect(url, { binary: binaryFormat });
    for (const sql of [...OWN_TYPES.drop, ...OWN_TYPES.make]) await client.query(sql);
    const steps = cases.map(({ sql, params = [], before = [], after = [] }) => ({
      sql,
      params,
      before,
      after,
    }));
    const all = await askOracle(postgresOracle.url, { port, steps });
    for (const [index, each] of cases.entries()) {
      const answer = all[index];
      if (answer !== undefined) answers.set(each, answer);
    }
  }, 60_000);
  afterAll(async () => {
    for (const sql of OWN_TYPES.drop) await client.query(sql);
    await client.close();
  });

  it.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    const answer = answers.get(each);
    if (answer === undefined) throw new Error('pg gave no answer');
    const read = (format: 'text' | 'binary') =>
      inPlace(client, each, () => client.query(each.sql, each.params as never, { rowMode: 'array', format }));
    const raw = await inPlace(client, each, () => texts(client, each));
    const text = await read('text');
    const binary = await read('binary');
    if ('error' in answer) {
      for (const ours of [raw, text, binary]) expect(ours).toMatchObject(answer);
      return;
    }
    const { rows, ...rest } = answer;
    expect(raw).toMatchObject({
      columns: rest.columns,
      rows: rows.map((row) => row.map((cell) => cell?.text ?? null)),
    });
    if ('error' in text || 'error' in binary) throw new Error(JSON.stringify([text, binary]));
    // pg counts by the tag alone, which says no number for these.
    const counts = ['SHOW', 'EXPLAIN', 'CALL'].includes(rest.command ?? '');
    expect(text.rowCount).toBe(counts ? rows.length : rest.rowCount);
    expect(text.command.split(' ')[0]).toBe(rest.command ?? '');
    const types = text.columns.map(({ type }) => type);
    const wanted = rows.map((row) => row.map((cell, index) => expected(cell, types[index] ?? '')));
    expect(values(text as never)).toEqual(wanted);
    for (const [at, row] of rows.entries()) {
      for (const [index, cell] of row.entries()) {
        if (typeof cell?.date === 'number' && types[index] === 'timestamptz') {
          expect(Number(asDate.text(String(text.rows[at]?.[index])))).toBe(cell.date);
        }
      }
    }
    const ofBinary = values(binary as never).map((row, at) =>
      row.map((value, index) => {
        const type = types[index] ?? '';
        if (type === 'record') {
          if (!each.name.startsWith('differential.')) checkRecord(value, row, types);
          return wanted[at]?.[index];
        }
        const isBytes = BYTES_IN_BINARY.has(type.replace('[]', '')) || type.startsWith('oid:');
        return isBytes ? wanted[at]?.[index] : value;
      }),
    );
    expect(ofBinary).toEqual(wanted);
  });

  it('intervals are what the server itself calls ISO 8601', async () => {
    const sql = `select v, v::text as iso from unnest($1::interval[]) v`;
    const texts = [
      '0',
      '1 year 2 mons 3 days 04:05:06.789',
      '-1 mon +2 days -00:00:00.000001',
      '100:00',
      '-13 mons',
    ];
    await client.query("set intervalstyle = 'iso_8601'");
    const { rows } = await client.query<{ iso: string }>(sql, [texts]);
    await client.query('reset intervalstyle');
    const ours = await client.query(sql, [texts]);
    const binary = await client.query(sql, [texts], { format: 'binary' });
    expect(ours.rows.map(({ v }) => v)).toEqual(rows.map(({ iso }) => iso));
    expect(binary.rows.map(({ v }) => v)).toEqual(rows.map(({ iso }) => iso));
  });
});
