// What a SQL driver is asked in each scenario. Each driver has a Worker of its own, so that none slows another's isolate.
import { burst, type Subject, type Timed, timed } from './round.ts';

const CONNECTS = 20;
const SEQUENTIAL = 2000;
const IN_FLIGHT = 100;
const BATCHES = 60;
/** A row is some 105 bytes on the wire. */
const ROWS_10MB = 100_000;
const ROWS_50MB = 500_000;
const ROWS_MIXED = 200_000;
/** How a database writes its first parameter. */
export type Placeholder = '$1' | '?';

/** What the scenarios ask of a driver. */
export interface Driver {
  query(text: string, params: number[]): Promise<readonly object[]>;
  stream?(text: string, params: number[]): AsyncIterable<readonly object[]>;
  /** One statement many times at once, all or nothing, where the driver has a way of its own. */
  batch?(text: string, params: readonly number[][]): Promise<unknown>;
  /** A result as JSON bytes, where that is not made of objects. @returns How many bytes. */
  toJson?(text: string, params: number[]): Promise<number>;
  /** Reads what a COPY sends. @returns How many bytes. */
  copy?(text: string): Promise<number>;
  close(): unknown;
}

/** Connects to this machine. */
export type Open = (port: number) => Promise<Driver>;

/** The scenarios, for the driver that `open` connects. */
export function subject(open: Open, placeholder: Placeholder): Subject {
  const one = `select name, price from items where id = ${placeholder}`;
  const many = `select * from items where id <= ${placeholder}`;
  const mixed = `select id, name, price, sold, made from items where id <= ${placeholder}`;
  const withDriver = (run: (driver: Driver) => Promise<Timed>) => async (port: number) => {
    const driver = await open(port);
    try {
      await driver.query(one, [1]);
      return await run(driver);
    } finally {
      await driver.close();
    }
  };
  const rows = (count: number) =>
    withDriver((driver) =>
      timed(count, async () => expect(count, (await driver.query(many, [count])).length)),
    );
  return {
    connect: (port) =>
      timed(CONNECTS, async () => {
        for (let i = 0; i < CONNECTS; i++) {
          const driver = await open(port);
          await driver.query(one, [1]);
          await driver.close();
        }
      }),
    query: withDriver((driver) =>
      timed(SEQUENTIAL, async () => {
        for (let i = 1; i <= SEQUENTIAL; i++) await driver.query(one, [i]);
      }),
    ),
    query100: withDriver((driver) =>
      timed(BATCHES * IN_FLIGHT, async () => {
        for (let i = 0; i < BATCHES; i++) {
          await Promise.all(burst(IN_FLIGHT, (n) => driver.query(one, [n + 1])));
        }
      }),
    ),
    batch100: withDriver((driver) =>
      timed(BATCHES * IN_FLIGHT, async () => {
        const params = burst(IN_FLIGHT, (n) => [n + 1]);
        for (let i = 0; i < BATCHES; i++) {
          if (driver.batch) await driver.batch(one, params);
          else await Promise.all(params.map((each) => driver.query(one, each)));
        }
      }),
    ),
    rows10mb: rows(ROWS_10MB),
    rows50mb: rows(ROWS_50MB),
    ndjson: withDriver((driver) => timed(ROWS_10MB, () => toNdjson(driver, many))),
    objects: withDriver((driver) =>
      timed(ROWS_MIXED, async () => expect(ROWS_MIXED, (await driver.query(mixed, [ROWS_MIXED])).length)),
    ),
    json: withDriver((driver) => timed(ROWS_MIXED, () => toJson(driver, mixed))),
    copy: withDriver((driver) =>
      timed(ROWS_50MB, async () => {
        const bytes = (await driver.copy?.('copy items to stdout')) ?? 0;
        if (bytes < ROWS_50MB * 50) throw new Error('Too few bytes');
      }),
    ),
    stream: withDriver((driver) =>
      timed(ROWS_10MB, async () => {
        let count = 0;
        for await (const some of driver.stream?.(many, [ROWS_10MB]) ?? []) count += some.length;
        expect(ROWS_10MB, count);
      }),
    ),
  };
}

function expect(wanted: number, got: number): void {
  if (wanted !== got) throw new Error(`${got} rows, not ${wanted}`);
}

const encoder = new TextEncoder();

/** One document, as an endpoint would make it. */
async function toJson(driver: Driver, mixed: string): Promise<void> {
  const made = await driver.toJson?.(mixed, [ROWS_MIXED]);
  const bytes = made ?? encoder.encode(JSON.stringify(await driver.query(mixed, [ROWS_MIXED]))).length;
  if (bytes < ROWS_MIXED * 50) throw new Error('Too few bytes');
}

/** As an endpoint would: a line of JSON a row, as bytes; streamed where the driver can. */
async function toNdjson(driver: Driver, many: string): Promise<void> {
  let count = 0;
  let bytes = 0;
  const batches = driver.stream?.(many, [ROWS_10MB]) ?? [await driver.query(many, [ROWS_10MB])];
  for await (const batch of batches) {
    count += batch.length;
    let text = '';
    for (const row of batch) text += `${JSON.stringify(row)}\n`;
    bytes += encoder.encode(text).length;
  }
  expect(ROWS_10MB, count);
  if (bytes < ROWS_10MB) throw new Error('Too few bytes');
}
