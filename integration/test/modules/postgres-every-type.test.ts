// What is read can be written: every type of a server's catalogue, in the text and in the binary format. A type that
// the samples do not know, and the server takes values of, fails the test.
import {
  type Client,
  connect,
  json,
  loadTypes,
  type Parameter,
  Range,
  typed,
  type Value,
} from '@fairlead/postgres';
import { binaryFormat } from '@fairlead/postgres/binary';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { OWN_TYPES, SAMPLES, UNWRITABLE, WITHOUT_BINARY } from './postgres-type-samples.ts';

const { postgresVersions } = inject('servers');

/** A type of the catalogue. */
interface CatalogueType {
  /** As SQL has it, without a length. */
  readonly name: string;
  readonly oid: number;
  /** As `pg_type.typtype`, or `A` for arrays. */
  readonly kind: string;
  /** Of an array or a domain, what it is made of. */
  readonly element: number;
  /** Of a composite. */
  readonly columns: readonly number[] | null;
}

const CATALOGUE = `select format_type(t.oid, -1) as name, t.oid,
    case when e.oid is not null then 'A' else t.typtype::text end as kind,
    coalesce(e.oid, nullif(t.typbasetype, 0), 0)::oid as element,
    (select array_agg(atttypid order by attnum) from pg_attribute
      where attrelid = t.typrelid and attnum > 0 and not attisdropped) as columns
  from pg_type t left join pg_type e on e.typarray = t.oid
  where t.typtype <> 'p' and coalesce(e.typtype, 'b') <> 'p' and t.typname !~ '^(_)?pg_toast'
  order by t.oid`;

/** Expressions for values of a type, in SQL. */
class Samples {
  readonly #types: ReadonlyMap<number, CatalogueType>;

  constructor(types: readonly CatalogueType[]) {
    this.#types = new Map(types.map((type) => [type.oid, type]));
  }

  /** None where the server takes no values of the type. */
  of(oid: number): readonly string[] {
    const type = this.#types.get(oid);
    if (type === undefined || UNWRITABLE.includes(type.name)) return [];
    const { name, kind, element, columns } = type;
    const literals = SAMPLES[name]?.map((text) => `'${text.replaceAll("'", "''")}'::${name}`);
    if (literals !== undefined) return literals;
    if (kind === 'A') {
      const elements = this.of(element);
      if (elements.length === 0) return [];
      return [
        `array[${elements.join()}, null]::${name}`,
        `'{}'::${name}`,
        `array[[${elements[0]}], [null]]::${name}`,
      ];
    }
    if (kind === 'd')
      return this.of(element)
        .slice(0, 1)
        .map((each) => `${each}::${name}`);
    if (kind === 'c')
      return [`row(${columns?.map((each) => this.of(each)[0] ?? 'null').join() ?? ''})::${name}`];
    throw new Error(`no samples of ${name}`);
  }
}

/** JSON texts are taken for JSON, so a string that was read is written by `json`. */
function asWritten(value: Value, type: string): unknown {
  if (type === 'json' || type === 'jsonb') return json(value);
  if (/^jsonb?\[\]$/.test(type)) {
    const each = (item: Value): unknown =>
      Array.isArray(item) ? item.map(each) : item === null ? null : json(item);
    return each(value);
  }
  return value;
}

const versions = ([15, 17, 18] as const).map((version) => [version] as const);

describe.each(versions)('PostgreSQL %i', (version) => {
  const url = `postgres://harbourmaster:harbourmaster-password@localhost:${postgresVersions[version].port}/fairlead`;
  let client: Client;
  let types: readonly CatalogueType[];
  let samples: Samples;

  beforeAll(async () => {
    client = await connect(url, { binary: binaryFormat, parameters: { search_path: 'every_type, public' } });
    await client.script(OWN_TYPES);
    types = (await client.query<CatalogueType>(CATALOGUE)).rows;
    await loadTypes(
      client,
      types.map(({ name }) => name),
    );
    samples = new Samples(types);
  });
  afterAll(async () => {
    await client.script('drop schema every_type cascade');
    await client.close();
  });

  /** What differs, in words; nothing if all is well. */
  async function roundTrip(
    type: CatalogueType,
    sample: string,
    format: 'text' | 'binary',
    plain: boolean,
  ): Promise<string | undefined> {
    const where = `${sample.slice(0, 200)} (${format}${plain ? ', plain' : ''})`;
    try {
      const first = await client.query<{ v: Value }>(`select ${sample} as v`, [], { format });
      const value = first.rows[0]?.v ?? null;
      const written = asWritten(value, type.name);
      const parameter = plain || written !== value ? written : typed(value, type.oid);
      // A plain one gets its type by its place, a typed one has it.
      const sql = `select $1::${type.name} as v, ($1::${type.name})::text as sent, (${sample})::text as meant`;
      const { rows } = await client.query<{ v: Value; sent: string; meant: string }>(
        sql,
        [parameter as Parameter],
        { format },
      );
      const [row] = rows;
      if (row?.sent !== row?.meant) return `${where}: ${row?.sent} is not ${row?.meant}`;
      expect(row?.v, where).toStrictEqual(value);
      return undefined;
    } catch (error) {
      return `${where}: ${error instanceof Error ? error.message : error}`;
    }
  }

  async function failures(format: 'text' | 'binary', plain: boolean): Promise<string[]> {
    const found: string[] = [];
    let seen = 0;
    for (const type of types) {
      if (format === 'binary' && holds(type, WITHOUT_BINARY)) continue;
      if (plain && !isPlain(type)) continue;
      for (const sample of samples.of(type.oid)) {
        seen += 1;
        const failed = await roundTrip(type, sample, format, plain);
        if (failed !== undefined) found.push(failed);
      }
    }
    expect(seen).toBeGreaterThan(300);
    return found;
  }

  /** Composites, multiranges, and what is made of them, are written by `typed`; so are arrays of boxes. */
  function isPlain({ name, kind, element }: CatalogueType): boolean {
    const inner = types.find(({ oid }) => oid === element);
    if (name === 'box[]' || name === 'days[]' || kind === 'm' || kind === 'c') return false;
    return inner === undefined || isPlain(inner);
  }

  /** Whether the type is, or is made of, one of such a name. */
  function holds({ name, element, columns }: CatalogueType, pattern: RegExp): boolean {
    const parts = types.filter(({ oid }) => oid === element || columns?.includes(oid));
    return pattern.test(name) || parts.some((part) => holds(part, pattern));
  }

  it('knows a sample of each type that the server takes', () => {
    expect(types.length).toBeGreaterThan(500);
    const without = types.filter(({ oid }) => samples.of(oid).length === 0).map(({ name }) => name);
    const arrays = UNWRITABLE.map((name) => `${name}[]`);
    expect(without.filter((name) => !UNWRITABLE.includes(name) && !arrays.includes(name))).toEqual([]);
  });

  it.each([
    ['text', false],
    ['text', true],
    ['binary', false],
    ['binary', true],
  ] as const)('%s, plain: %s', { timeout: 240_000 }, async (format, plain) => {
    expect(await failures(format, plain)).toEqual([]);
  });

  it('gives the same values in both formats', { timeout: 120_000 }, async () => {
    const differing: string[] = [];
    for (const type of types) {
      // Names of reg... types stand in the catalogue alone.
      if (holds(type, WITHOUT_BINARY) || holds(type, /^reg/)) continue;
      for (const sample of samples.of(type.oid)) {
        const sql = `select ${sample} as v`;
        const [text, binary] = await Promise.all([
          client.queryValue(sql),
          client.queryValue(sql, [], { format: 'binary' }),
        ]);
        try {
          expect(binary).toStrictEqual(text);
        } catch {
          differing.push(`${sample}: ${String(binary)} is not ${String(text)}`);
        }
      }
    }
    expect(differing).toEqual([]);
  });

  it('writes what came as bytes, where only the type itself knows its format', async () => {
    await using own = await connect(url);
    const { rows, columns } = await own.query<{ v: Uint8Array }>("select '{1,2}'::int4[] as v", [], {
      format: 'binary',
    });
    const parameter = typed(rows[0]?.v ?? null, columns[0]?.oid ?? 0);
    expect(await own.queryValue('select ($1::int4[])::text', [parameter])).toBe('{1,2}');
  });

  it('reads numerics and floats with all their digits', { timeout: 120_000 }, async () => {
    const numbers = `select repeat('9', 131072)::numeric as a, ('1' || repeat('0', 131071) || '.' || repeat('7', 16383))::numeric as b`;
    const both = await Promise.all(
      (['text', 'binary'] as const).map((format) => client.query(numbers, [], { format })),
    );
    expect(both[1]?.rows).toEqual(both[0]?.rows);
    expect(String(both[0]?.rows[0]?.a).length).toBe(131_072);
    // Every power of two, where neighbours lie at different distances, and numbers of all sizes.
    const floats = `select (2::float8 ^ n)::float4 as v from generate_series(-149, 127) n
      union all select (random() * 10::float8 ^ (random() * 70 - 37))::float4 from generate_series(1, 20000)`;
    const { rows } = await client.query<{ v: number; t: string }>(
      `select v, v::text as t from (${floats}) f`,
      [],
      { format: 'binary' },
    );
    expect(rows.filter(({ v, t }) => v !== Number(t))).toEqual([]);
    // Of two shortest decimals of one float the server may write the other one.
    const points = `select point(2::float8 ^ n, -random() * 10::float8 ^ (n / 4)) as v from generate_series(-1074, 1023) n`;
    const pairs = await client.query<{ v: string; t: string }>(
      `select v, v::text as t from (${points}) p`,
      [],
      {
        format: 'binary',
      },
    );
    const numbersOf = (text: string): string => text.replace(/[^(),]+/g, (digits) => String(Number(digits)));
    const shapeOf = (text: string): string => text.replace(/\d/g, '').replace('.', '');
    expect(pairs.rows.filter(({ v, t }) => numbersOf(v) !== numbersOf(t))).toEqual([]);
    expect(pairs.rows.filter(({ v, t }) => shapeOf(v) !== shapeOf(t)).length).toBeLessThan(20);
  });

  it('reads and writes ISO years of six and seven digits where the type is known', async () => {
    const dates = ['-000043-03-15', '+010000-03-15', '+5874897-12-31', '0000-01-01'];
    const range = new Range('-000043-03-15', '+010000-03-15');
    const sql = 'select ($1::date[])::text as a, ($2::daterange)::text as b, ($3::timestamptz)::text as c';
    const { rows } = await client.query(sql, [
      typed(dates, 'date[]'),
      typed(range, 'daterange'),
      typed('+294276-12-31T23:59:59Z', 'timestamptz'),
    ]);
    expect(rows).toEqual([
      {
        a: '{"0044-03-15 BC",10000-03-15,5874897-12-31,"0001-01-01 BC"}',
        b: '["0044-03-15 BC",10000-03-15)',
        c: '294276-12-31 23:59:59+00',
      },
    ]);
  });
});
