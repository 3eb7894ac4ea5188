// What the subjects of the bench of MongoDB are asked.
import { type Subject, timed } from '../round.ts';

const DOCUMENTS = 10_000;
const NEAR = 1_000;
const FAR = 50;

/** A subject, logged in. */
export interface MongodbSubject {
  /** One document by its `_id`, of the collection `things`. */
  findOne(): Promise<unknown>;
  /** All documents of the collection `many`. @returns How many there are. */
  findAll(): Promise<number>;
  /** Into the collection `written`. @returns How many the server has confirmed. */
  insertMany(documents: object[]): Promise<number>;
  close(): Promise<void>;
}

function check(is: boolean, what: string): void {
  if (!is) throw new Error(what);
}

/** New ones each time: a client puts an `_id` into those without. */
function documents(): object[] {
  return Array.from({ length: DOCUMENTS }, (_, index) => ({
    name: `Harbour ${index}`,
    country: 'Norway',
    berths: index % 97,
    depth: 12.5 + (index % 10) / 10,
    opened: new Date(1_700_000_000_000 + index * 1000),
    tags: ['north', 'ferry', 'deep'],
    position: { lat: 59.9 + index / 1e5, lon: 10.7 },
    active: index % 2 === 0,
  }));
}

/** The scenarios. */
export function subject(open: (port: number) => Promise<MongodbSubject>): Subject {
  const logged =
    (count: number, work: (client: MongodbSubject) => Promise<void>): Subject[string] =>
    async (port) => {
      const client = await open(port);
      try {
        await client.findOne();
        return await timed(count, () => work(client));
      } finally {
        await client.close();
      }
    };
  const finds = (count: number) =>
    logged(count, async (client) => {
      for (let i = 0; i < count; i++) check((await client.findOne()) !== null, 'there is no document');
    });
  return {
    async cold(port) {
      let client: MongodbSubject | undefined;
      const measured = await timed(1, async () => {
        client = await open(port);
        check((await client.findOne()) !== null, 'there is no document');
      });
      await client?.close();
      return measured;
    },
    'find-one': finds(NEAR),
    'find-one-far': finds(FAR),
    'find-all': logged(DOCUMENTS, async (client) =>
      check((await client.findAll()) === DOCUMENTS, 'there are more or fewer documents'),
    ),
    async 'insert-many'(port) {
      const made = documents();
      return logged(DOCUMENTS, async (client) =>
        check((await client.insertMany(made)) === DOCUMENTS, 'not all were inserted'),
      )(port, {});
    },
  };
}
