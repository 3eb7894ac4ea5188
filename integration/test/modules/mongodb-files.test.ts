// GridFS: the same files through the official driver and through our client, and each reads what the other has written.
import { expect, inject, it } from 'vitest';
import type { MongodbStep } from '../../servers/mongodb/oracle.ts';
import { FILE_CASES } from './mongodb-cases.ts';
import { ours, theirs } from './mongodb-script.ts';

const at = `:${inject('servers').mongodb.plain}/`;

it.each(Object.entries(FILE_CASES))('%s', async (_case, steps) => {
  const name = `files_${crypto.randomUUID()}`;
  const expected = await theirs({ at, name, steps });
  expect(await ours({ at, name: `${name}_ours`, steps })).toEqual(expected);
});

const NAMES = ['small', 'large', 'empty'];
const UPLOADS: readonly MongodbStep[] = [
  { upload: 'small', bytes: 10, chunkSizeBytes: 1_024 },
  { upload: 'large', bytes: 700_000, chunkSizeBytes: 100_000 },
  { upload: 'empty', bytes: 0, chunkSizeBytes: 1_024 },
];
const DOWNLOADS: readonly MongodbStep[] = NAMES.map((download) => ({ download }));

it.each([
  ['the driver', theirs, ours],
  ['our client', ours, theirs],
])('what %s has written is read by the other', async (_name, write, read) => {
  const name = `files_${crypto.randomUUID()}`;
  await write({ at, name, steps: UPLOADS });
  const expected = await write({ at, name, steps: DOWNLOADS });
  const answers = await read({ at, name, steps: DOWNLOADS });
  expect(answers).toEqual(expected);
});
