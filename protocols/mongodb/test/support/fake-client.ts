// A client over a fake deployment: its commands are recorded, and answered from a script.
import { type Document, deserialize } from 'bson';
import { MongoClient } from '../../src/client.ts';
import type { Collection } from '../../src/collection/collection.ts';
import type { CommandRequest } from '../../src/connection/types.ts';
import { type Answer, FakeDeployment, type FakeOptions } from './fake-deployment.ts';

export interface FakeClient {
  readonly fake: FakeDeployment;
  readonly client: MongoClient;
  readonly items: Collection;
}

/** @param answers What is not scripted is answered by `always`, else as a server without documents. */
export function fakeClient(
  answers: Answer[] = [],
  options: FakeOptions = {},
  always: Answer = done,
): FakeClient {
  const fake = new FakeDeployment(answers, options, always);
  const client = new MongoClient(fake.executor, 'shop');
  return { fake, client, items: client.db().collection('items') };
}

/** The reply of a server that has done what it was asked, to one document of each statement. */
export function done({ command, sequence }: CommandRequest): Document {
  if ('find' in command || 'aggregate' in command) return batch([]);
  const n = sequence?.documents.length ?? 0;
  return { ok: 1, n, ...('update' in command && { nModified: n }), value: null, values: [] };
}

/** A first batch. */
export function batch(firstBatch: unknown[], id: unknown = 0n, ns = 'shop.items'): Document {
  return { ok: 1, cursor: { id, ns, firstBatch } };
}

/** A further batch. */
export function nextBatch(next: unknown[], id: unknown = 0n, ns = 'shop.items'): Document {
  return { ok: 1, cursor: { id, ns, nextBatch: next } };
}

/** A command without what every command carries, its statements decoded. */
export function sent(request: CommandRequest | undefined): Document {
  const { lsid, maxTimeMS, txnNumber, ...command } = request?.command ?? {};
  const { sequence } = request ?? {};
  if (sequence === undefined) return command;
  return {
    ...command,
    [sequence.name]: sequence.documents.map((bytes) => deserialize(bytes, { useBigInt64: true })),
  };
}
