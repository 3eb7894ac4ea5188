// GridFS against a small bucket in memory: uploads, downloads, ranges, damaged files, abort.
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { Binary, type Document, deserialize, Int32, Long, ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import { MongoClient } from '../../src/client.ts';
import type { CommandRequest } from '../../src/connection/types.ts';
import { GridFSBucket, type GridFSBucketOptions } from '../../src/gridfs/index.ts';
import { FakeDeployment, lost, refusal } from '../support/fake-deployment.ts';

expectNoUnhandledRejection();

/** Two collections, and as much of a server as a bucket needs. Filters are answered by equality, `$in` and ranges. */
class Store {
  readonly documents = new Map<string, Document[]>();
  readonly commands: Document[] = [];
  /** Called before each command; may give an answer in place of the store's. */
  before: (name: string, command: Document) => Document | Error | undefined = () => undefined;

  readonly answer = (request: CommandRequest): Document | Error => {
    const { command, sequence } = request;
    const name = Object.keys(command)[0] ?? '';
    const batch = sequence?.documents.map((bytes) => deserialize(bytes, { useBigInt64: true }));
    const whole =
      batch === undefined || sequence === undefined ? command : { ...command, [sequence.name]: batch };
    this.commands.push(whole);
    return this.before(name, whole) ?? this.#reply(name, whole);
  };

  of(collection: string): Document[] {
    const found = this.documents.get(collection) ?? [];
    this.documents.set(collection, found);
    return found;
  }

  #reply(name: string, command: Document): Document {
    const collection = this.of(String(command[name]));
    const matching = (filter: Document) => collection.filter((document) => matches(document, filter));
    switch (name) {
      case 'insert':
        collection.push(...command.documents);
        return { ok: 1, n: command.documents.length };
      case 'find': {
        const found = matching(command.filter ?? {});
        for (const [field, direction] of [...entriesOf(command.sort)].reverse()) {
          found.sort((a, b) => Math.sign(Number(a[field]) - Number(b[field])) * Number(direction));
        }
        const from = command.skip ?? 0;
        const firstBatch = found.slice(from, command.limit ? from + command.limit : undefined);
        return { ok: 1, cursor: { id: 0n, ns: `db.${command.find}`, firstBatch } };
      }
      case 'delete': {
        let n = 0;
        for (const { q, limit } of command.deletes) {
          for (const document of limit === 1 ? matching(q).slice(0, 1) : matching(q)) {
            collection.splice(collection.indexOf(document), 1);
            n += 1;
          }
        }
        return { ok: 1, n };
      }
      case 'update': {
        const [{ q, u, multi }] = command.updates;
        const found = multi ? matching(q) : matching(q).slice(0, 1);
        for (const document of found) Object.assign(document, u.$set);
        return { ok: 1, n: found.length, nModified: found.length };
      }
      case 'listIndexes':
        return refusal(26);
      case 'drop':
        collection.length = 0;
        return { ok: 1 };
      default:
        return { ok: 1 };
    }
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  if (value instanceof Map) return [...value];
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function matches(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([field, wanted]) => {
    const value: unknown = document[field];
    if (wanted?.$in !== undefined) return wanted.$in.some((each: unknown) => String(each) === String(value));
    if (wanted?.$gte !== undefined) return Number(value) >= wanted.$gte && Number(value) <= wanted.$lte;
    return String(value) === String(wanted);
  });
}

function bucketOf(options?: GridFSBucketOptions) {
  const store = new Store();
  const fake = new FakeDeployment([], {}, store.answer);
  const client = new MongoClient(fake.executor, 'db');
  const bucket = new GridFSBucket(client.db(), options);
  const names = () =>
    store.commands.map((command) => `${Object.keys(command)[0]} ${Object.values(command)[0]}`);
  return { store, bucket, names };
}

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);
const read = async (body: ReadableStream<Uint8Array>) =>
  new Uint8Array(await new Response(body).arrayBuffer());

describe('uploads', () => {
  it.each([0, 1, 3, 4, 5, 8, 9])('of %i bytes in chunks of 4', async (length) => {
    const { store, bucket } = bucketOf({ chunkSizeBytes: 4 });
    const file = await bucket.upload('a', bytesOf(length), { metadata: { x: 1 } });
    const chunks = store.of('fs.chunks');
    expect(chunks.map(({ n }) => n)).toEqual(Array.from({ length: Math.ceil(length / 4) }, (_, i) => i));
    expect(chunks.slice(0, -1).every(({ data }) => data.length() === 4)).toBe(true);
    expect(
      chunks.every(
        ({ files_id, data }) =>
          file._id instanceof ObjectId && file._id.equals(files_id) && data.sub_type === 0,
      ),
    ).toBe(true);
    const [document] = store.of('fs.files');
    expect(document).toMatchObject({
      length: BigInt(length),
      chunkSize: 4,
      filename: 'a',
      metadata: { x: 1 },
    });
    expect(document?.uploadDate).toBeInstanceOf(Date);
    expect(file).toMatchObject({ length, chunkSize: 4, filename: 'a' });
    const { body } = await bucket.download(file._id);
    expect(await read(body)).toEqual(bytesOf(length));
  });

  it('of text, streams and async iterables, however they are cut', async () => {
    const { bucket } = bucketOf({ chunkSizeBytes: 5 });
    const bytes = bytesOf(23);
    async function* bySeven() {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    }
    const single = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.enqueue(new Uint8Array(0));
          controller.close();
        },
      });
    for (const body of [bytes, bySeven(), single()]) {
      const { _id, length } = await bucket.upload('x', body);
      expect(length).toBe(23);
      expect(await read((await bucket.download(_id)).body)).toEqual(bytes);
    }
    const { _id } = await bucket.upload('x', 'Öl');
    expect(await new Response((await bucket.download(_id)).body).text()).toBe('Öl');
  });

  it('read no further than the server takes the bytes', async () => {
    const { store, bucket } = bucketOf({ chunkSizeBytes: 1 << 20 });
    const asked: number[] = [];
    let count = 0;
    store.before = (name) => {
      if (name === 'insert') asked.push(count);
      return undefined;
    };
    async function* source() {
      for (; count < 6; count++) yield new Uint8Array(1 << 20);
    }
    await bucket.upload('x', source());
    expect(asked.slice(0, 3)).toEqual([1, 3, 5]);
  });

  it('take an identifier of any type', async () => {
    const { store, bucket } = bucketOf();
    await bucket.upload('x', 'y', { id: 'my own', chunkSizeBytes: 1000 });
    expect(store.of('fs.files')[0]).toMatchObject({ _id: 'my own', chunkSize: 1000 });
    expect((await bucket.download('my own')).file.length).toBe(1);
  });

  it('make the indexes of an empty bucket, once', async () => {
    const { names, bucket } = bucketOf({ bucketName: 'b' });
    await bucket.upload('x', 'y');
    await bucket.upload('x', 'y');
    expect(names()).toEqual([
      'find b.files',
      'listIndexes b.files',
      'createIndexes b.files',
      'listIndexes b.chunks',
      'createIndexes b.chunks',
      'insert b.chunks',
      'insert b.files',
      'insert b.chunks',
      'insert b.files',
    ]);
  });

  it('leave indexes that are there, whatever their numbers', async () => {
    const { store, names, bucket } = bucketOf();
    store.before = (name, command) => {
      if (name !== 'listIndexes') return undefined;
      const key =
        command.listIndexes === 'fs.files'
          ? { filename: 1n, uploadDate: new Int32(1) }
          : { files_id: 1, n: 1n };
      return { ok: 1, cursor: { id: 0n, ns: 'db.x', firstBatch: [{ key: { _id: 1 } }, { key }] } };
    };
    await bucket.upload('x', 'y');
    expect(names().filter((name) => name.startsWith('createIndexes'))).toEqual([]);
  });

  it('leave no chunks where their source fails', async () => {
    const { store, bucket } = bucketOf({ chunkSizeBytes: 1 << 20 });
    async function* source() {
      for (let i = 0; i < 5; i++) yield new Uint8Array(1 << 20);
      throw new Error('the disk is broken');
    }
    await expect(bucket.upload('x', source())).rejects.toThrow('the disk is broken');
    expect(store.of('fs.chunks')).toEqual([]);
    expect(store.of('fs.files')).toEqual([]);
  });

  it('leave no chunks where they are aborted, though the source never ends', async () => {
    const { store, bucket } = bucketOf({ chunkSizeBytes: 1 << 20 });
    let isCancelled = false;
    let sent = 0;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (++sent > 4) return new Promise<void>(() => undefined);
        controller.enqueue(new Uint8Array(1 << 20));
        return undefined;
      },
      cancel() {
        isCancelled = true;
      },
    });
    const signal = AbortSignal.timeout(50);
    await expect(bucket.upload('x', source, { signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(store.of('fs.chunks')).toEqual([]);
    expect(isCancelled).toBe(true);
    const late = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
    await expect(bucket.upload('x', late, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'timeout' });
  });

  it('leave the chunks where the server fails, and say so at once', async () => {
    const { store, names, bucket } = bucketOf();
    store.before = (name, command) =>
      name === 'insert' && command.insert === 'fs.files' ? refusal(13) : undefined;
    await expect(bucket.upload('x', 'y')).rejects.toMatchObject({ server: { code: '13' } });
    expect(names().some((name) => name.startsWith('delete'))).toBe(false);
    store.before = (name) => (name === 'insert' ? lost() : undefined);
    await expect(bucket.upload('x', 'y')).rejects.toMatchObject({ code: 'connection_lost' });
  });

  it.each([
    ['a number', 5],
    ['nothing', null],
    [
      'numbers',
      (async function* () {
        yield 5;
      })(),
    ],
  ])('refuse %s', async (_name, body) => {
    const { bucket, store } = bucketOf();
    await expect(bucket.upload('x', body as never)).rejects.toMatchObject({ code: 'usage' });
    expect(store.of('fs.files')).toEqual([]);
  });

  it.each([0, -1, 1.5, 16_000_001, '4', Number.NaN])('refuse chunks of %s bytes', async (chunkSizeBytes) => {
    expect(() => bucketOf({ chunkSizeBytes: chunkSizeBytes as number })).toThrow('chunkSizeBytes');
    await expect(
      bucketOf().bucket.upload('x', 'y', { chunkSizeBytes: chunkSizeBytes as number }),
    ).rejects.toThrow('chunkSizeBytes');
  });

  it('refuse a locked stream', async () => {
    const body = new ReadableStream<Uint8Array>();
    body.getReader();
    await expect(bucketOf().bucket.upload('x', body)).rejects.toThrow('locked');
  });
});

/** A bucket with one file of 10 bytes in chunks of 4, and what a test does to it. */
async function stored(damage: (chunks: Document[], file: Document) => void = () => undefined) {
  const parts = bucketOf({ chunkSizeBytes: 4 });
  await parts.bucket.upload('x', bytesOf(10), { id: 1 });
  const [file] = parts.store.of('fs.files');
  if (file !== undefined) damage(parts.store.of('fs.chunks'), file);
  return parts;
}

describe('downloads', () => {
  it.each([
    [0, 10],
    [0, 4],
    [3, 5],
    [4, 8],
    [9, 10],
    [5, 5],
    [10, 10],
    [2, undefined],
    [undefined, 7],
  ])('of bytes %s to %s', async (start, end) => {
    const { bucket, store } = await stored();
    const before = store.commands.length;
    const { file, body } = await bucket.download(1, { start, end });
    expect(await read(body)).toEqual(bytesOf(10).slice(start ?? 0, end ?? 10));
    expect(file).toEqual({
      _id: 1,
      filename: 'x',
      length: 10,
      chunkSize: 4,
      uploadDate: expect.any(Date),
      metadata: undefined,
    });
    if (start === 3)
      expect(store.commands[before + 1]?.filter).toEqual({ files_id: 1, n: { $gte: 0, $lte: 1 } });
    if (start === 5) expect(store.commands).toHaveLength(before + 1);
  });

  it.each([
    [-1, 5],
    [5, 4],
    [0, 11],
    [11, 11],
    [0.5, 1],
    ['0', 1],
  ])('of bytes %s to %s are refused', async (start, end) => {
    const { bucket } = await stored();
    await expect(bucket.download(1, { start: start as number, end })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('of an empty file ask for no chunks', async () => {
    const { bucket, names } = bucketOf();
    const { _id } = await bucket.upload('x', '');
    const before = names().length;
    expect(await read((await bucket.download(_id)).body)).toEqual(new Uint8Array(0));
    expect(names().slice(before)).toEqual(['find fs.files']);
  });

  it('fetch nothing before they are read', async () => {
    const { bucket, names } = await stored();
    await bucket.download(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(names().at(-1)).toBe('find fs.files');
  });

  it('of files that are not there', async () => {
    const { bucket } = await stored();
    await expect(bucket.download(2)).rejects.toMatchObject({
      code: 'server',
      server: { code: 'FileNotFound' },
    });
    await expect(bucket.downloadByName('y')).rejects.toMatchObject({ server: { code: 'FileNotFound' } });
    await expect(bucket.downloadByName('x', { revision: 5 })).rejects.toMatchObject({
      server: { code: 'RevisionNotFound' },
    });
    await expect(bucket.downloadByName('x', { revision: 0.5 })).rejects.toMatchObject({ code: 'usage' });
  });

  it('by name give the revision that is asked for', async () => {
    const { bucket, store } = bucketOf();
    for (const text of ['one', 'two', 'three']) await bucket.upload('x', text);
    store.of('fs.files').forEach((file, i) => {
      file.uploadDate = new Date(i);
    });
    const text = async (revision?: number) =>
      new Response((await bucket.downloadByName('x', { revision })).body).text();
    expect(await text()).toBe('three');
    expect([
      await text(0),
      await text(1),
      await text(2),
      await text(-1),
      await text(-2),
      await text(-3),
    ]).toEqual(['one', 'two', 'three', 'three', 'two', 'one']);
  });

  it('take numbers of whichever type', async () => {
    const { bucket } = await stored((chunks, file) => {
      file.length = Long.fromNumber(10);
      file.chunkSize = 4n;
      for (const chunk of chunks) chunk.n = BigInt(chunk.n);
    });
    expect(await read((await bucket.download(1)).body)).toEqual(bytesOf(10));
  });

  it.each<[string, string, (chunks: Document[], file: Document) => void]>([
    ['a chunk missing in the middle', 'chunk 1 is missing', (chunks) => chunks.splice(1, 1)],
    ['the last missing', 'chunk 2 is missing', (chunks) => chunks.pop()],
    ['all missing', 'chunk 0 is missing', (chunks) => chunks.splice(0)],
    ['one more behind the last', 'chunk 3 behind', (chunks) => chunks.push({ ...chunks[2], n: 3 })],
    ['one twice', 'chunk 2 is missing', (chunks) => chunks.splice(1, 0, { ...chunks[1] })],
    [
      'one too short',
      'chunk 0 has not the 4 bytes',
      ([first]) => Object.assign(first ?? {}, { data: new Binary(new Uint8Array(3)) }),
    ],
    [
      'one too long',
      'chunk 1 has not the 4 bytes',
      ([, second]) => Object.assign(second ?? {}, { data: new Binary(new Uint8Array(5)) }),
    ],
    [
      'the last too long',
      'chunk 2 has not the 2 bytes',
      ([, , last]) => Object.assign(last ?? {}, { data: new Binary(new Uint8Array(4)) }),
    ],
    ['one without bytes', 'chunk 0 has not', ([first]) => Object.assign(first ?? {}, { data: 'text' })],
  ])('fail with %s', async (_name, message, damage) => {
    const { bucket } = await stored(damage);
    const { body } = await bucket.download(1);
    await expect(read(body)).rejects.toThrow(message);
  });

  it.each([
    ['length', -1],
    ['length', 'x'],
    ['length', undefined],
    ['chunkSize', 0],
    ['chunkSize', 1.5],
    ['chunkSize', {}],
  ])('fail with %s %s', async (field, value) => {
    const { bucket } = await stored((_chunks, file) => Object.assign(file, { [field]: value }));
    await expect(bucket.download(1)).rejects.toMatchObject({ code: 'protocol' });
  });

  it('end when they are cancelled', async () => {
    const { bucket, store, names } = await stored();
    store.before = (name, command) => {
      if (name !== 'find' || command.find !== 'fs.chunks') return undefined;
      return { ok: 1, cursor: { id: 9n, ns: 'db.fs.chunks', firstBatch: store.of('fs.chunks').slice(0, 2) } };
    };
    const { body } = await bucket.download(1);
    const reader = body.getReader();
    await reader.read();
    await reader.cancel();
    expect(names().at(-1)).toBe('killCursors fs.chunks');
  });
});

describe('the files', () => {
  it('are found by their fields', async () => {
    const { bucket } = await stored();
    const found = await bucket.find({ filename: 'x' }).toArray();
    expect(found).toMatchObject([{ _id: 1, length: 10n }]);
    expect(await bucket.find({ filename: 'y' }).toArray()).toEqual([]);
  });

  it('are deleted with their chunks, the document first', async () => {
    const { bucket, store, names } = await stored();
    await bucket.delete(1);
    expect(names().slice(-2)).toEqual(['delete fs.files', 'delete fs.chunks']);
    expect(store.of('fs.chunks')).toEqual([]);
    await expect(bucket.delete(1)).rejects.toMatchObject({ server: { code: 'FileNotFound' } });
  });

  it('are deleted by name', async () => {
    const { bucket, store } = await stored();
    await bucket.upload('x', 'another');
    await bucket.upload('y', 'third');
    await bucket.deleteByName('x');
    expect(store.of('fs.files')).toHaveLength(1);
    expect(store.of('fs.chunks')).toHaveLength(2);
    await expect(bucket.deleteByName('x')).rejects.toMatchObject({ server: { code: 'FileNotFound' } });
  });

  it('are renamed', async () => {
    const { bucket, store } = await stored();
    await bucket.rename(1, 'z');
    expect(store.of('fs.files')[0]?.filename).toBe('z');
    await bucket.renameByName('z', 'w');
    expect(store.of('fs.files')[0]?.filename).toBe('w');
    await expect(bucket.rename(2, 'z')).rejects.toMatchObject({ server: { code: 'FileNotFound' } });
    await expect(bucket.renameByName('z', 'w')).rejects.toMatchObject({ server: { code: 'FileNotFound' } });
    await expect(bucket.rename(1, 5 as never)).rejects.toMatchObject({ code: 'usage' });
  });

  it('are dropped all together', async () => {
    const { bucket, names } = await stored();
    await bucket.drop();
    expect(names().slice(-2)).toEqual(['drop fs.files', 'drop fs.chunks']);
  });
});
