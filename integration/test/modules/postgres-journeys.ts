// What the fault tests do with a connection, and a record of what the server sends meanwhile. It judges nothing.
import { type Client, type ConnectOptions, open } from '@fairlead/postgres';
import { type Connector, connect as dial } from '@fairlead/transport';

/** One way to use a connection, from its first byte to its last result. */
export interface Journey {
  readonly name: string;
  /** Rejects with the first of what goes wrong; resolves with what was got. */
  run(client: Client): Promise<unknown>;
}

const ROWS = "select g, g || ' rows' as t, null as n from generate_series(1, 20) g";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The states in which a connection can be lost. */
export const JOURNEYS: readonly Journey[] = [
  { name: 'start-up', run: (client) => client.ready },
  { name: 'query', run: async (client) => (await client.query(ROWS)).rows },
  {
    name: 'script',
    run: async (client) => (await client.script(`${ROWS}; select 1`)).map(({ rows }) => rows),
  },
  {
    name: 'pipeline',
    run: async (client) => {
      const settled = await Promise.allSettled([
        client.query(ROWS),
        client.query('select 1 / $1::int', [0]),
        client.query('select 2 as v', [], { prepare: false }),
        client.query(ROWS, [], { readOnly: true }),
      ]);
      const lost = settled.find(
        (each) => each.status === 'rejected' && each.reason.server?.code !== '22012',
      ) as PromiseRejectedResult | undefined;
      if (lost !== undefined) throw lost.reason;
      return settled.map((each) => (each.status === 'fulfilled' ? each.value.rows : each.reason.server.code));
    },
  },
  { name: 'stream', run: (client) => all(client.stream(ROWS)) },
  { name: 'portal', run: (client) => all(client.stream(ROWS, [], { fetchSize: 6 })) },
  {
    name: 'transaction',
    run: (client) =>
      client.begin(
        async (transaction) => {
          const part = transaction.savepoint((inner) => inner.query('select 1 / 0'));
          const code: unknown = await part.catch((error) => {
            if (error.server === undefined) throw error;
            return error.server.code;
          });
          return [code, (await transaction.query(ROWS)).rows];
        },
        { isolation: 'serializable', readOnly: true },
      ),
  },
  {
    name: 'COPY out',
    run: (client) => new Response(client.copyTo(`copy (${ROWS}) to stdout`)).text(),
  },
  {
    name: 'COPY in',
    run: async (client) => {
      await client.query('create temporary table copied (g int, t text)');
      await client.copyFrom('copy copied from stdin', ['1\ta\n', '2\t', 'b\n3\tc\n']);
      return (await client.query('select * from copied')).rows;
    },
  },
  {
    name: 'notifications',
    run: async (client) => {
      await using stream = await client.listen('faults');
      await client.query("select pg_notify('faults', g::text) from generate_series(1, 3) g");
      const found: string[] = [];
      for await (const { payload } of stream) {
        found.push(payload);
        if (found.length === 3) break;
      }
      return found;
    },
  },
];

/** A connection's bytes from the server, and those to it, counted. */
export interface Record {
  readonly received: Uint8Array[];
  sent: number;
}

/** The runtime's connector, which also keeps what passes. */
export function recording(record: Record): Connector {
  return async (address, options) => {
    const transport = await dial(address, options);
    return new Proxy(transport, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return async (...parameters: unknown[]) => {
          if (name === 'write') record.sent += (parameters[0] as Uint8Array).length;
          const result: unknown = await value.apply(target, parameters);
          if (name === 'read' && result instanceof Uint8Array) record.received.push(result.slice());
          return result;
        };
      },
    });
  };
}

/** Where the server's messages end, behind the start of the connection. */
export function messageEnds(chunks: readonly Uint8Array[]): number[] {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  const view = new DataView(bytes.buffer);
  const ends: number[] = [];
  for (at = 0; at + 5 <= bytes.length; ) {
    at += 1 + view.getInt32(at + 1);
    ends.push(at);
  }
  return ends;
}

/** Takes a journey on a connection of its own, which is closed in the end. */
export async function travel(url: string, journey: Journey, options: ConnectOptions): Promise<unknown> {
  const client = open(url, options);
  try {
    return await journey.run(client);
  } finally {
    await client.close();
    await client.closed;
  }
}
