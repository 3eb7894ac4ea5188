// Uploads in parts, and how they go on.
import { describe, expect, it } from 'vitest';
import { isPartName, nextPartBytes, partName } from '../../src/pages/files/transfers/jobs/parts.ts';
import { upload } from '../../src/pages/files/transfers/jobs/upload.ts';
import { MemoryStore } from './store.ts';

const MIB = 1_048_576;
const { signal } = new AbortController();
const bytesOf = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255);

const isSame = (store: MemoryStore, bytes: Uint8Array) =>
  Buffer.compare(store.files.get('/in/ship.bin') ?? new Uint8Array(), bytes) === 0;

function start(store: MemoryStore, bytes: Uint8Array<ArrayBuffer>, mostBytes = 64 * MIB) {
  const told = { progress: [] as number[], resumed: [] as number[] };
  const file = new File([bytes], 'ship.bin', { lastModified: 1_700_000_000_000 });
  const events = {
    onProgress: (count: number) => void told.progress.push(count),
    onResume: (count: number) => void told.resumed.push(count),
  };
  const job = { file, folder: '/in', name: 'ship.bin', mostBytes };
  return { told, run: () => upload(store, job, events, signal) };
}

describe('upload', () => {
  it('sends a small file whole', async () => {
    const store = new MemoryStore();
    await start(store, bytesOf(10)).run();
    expect(store.calls).toEqual(['put /in/ship.bin']);
  });

  it('sends a large one in parts, and gives it its name at last', async () => {
    const store = new MemoryStore();
    const bytes = bytesOf(4 * MIB + 5);
    const { told, run } = start(store, bytes);
    await run();
    expect(store.calls[0]?.startsWith('stat /in/.ship.bin.')).toBe(true);
    expect(store.calls.at(-1)).toMatch(/^rename \/in\/\.ship\.bin\..+\.part \/in\/ship\.bin$/);
    expect(isSame(store, bytes)).toBe(true);
    expect(told.progress.at(-1)).toBe(bytes.length);
    expect(told.resumed).toEqual([]);
  });

  it('goes on where it broke off, also within a part', async () => {
    const store = new MemoryStore();
    const bytes = bytesOf(4 * MIB);
    const { told, run } = start(store, bytes);
    store.before = (call) => {
      if (call.startsWith('part') && !call.includes(' 0+')) throw new Error('broken');
    };
    await expect(run()).rejects.toThrow('broken');
    const name = [...store.files.keys()][0] ?? '';
    store.files.set(name, bytes.slice(0, MIB + 77));
    store.before = () => undefined;
    await run();
    expect(told.resumed).toEqual([MIB + 77]);
    expect(isSame(store, bytes)).toBe(true);
    expect([...store.files.keys()]).toEqual(['/in/ship.bin']);
  });

  it('does not take a longer file for its beginning, nor another size for the whole', async () => {
    const store = new MemoryStore();
    const bytes = bytesOf(2 * MIB);
    const file = { name: 'ship.bin', size: bytes.length, lastModified: 1_700_000_000_000 };
    store.files.set(`/in/${partName(file)}`, bytesOf(3 * MIB));
    await start(store, bytes).run();
    expect(isSame(store, bytes)).toBe(true);
    store.before = (call) => {
      const name = `/in/${partName(file)}`;
      if (call.startsWith(`stat ${name}`) && store.files.has(name)) store.files.set(name, bytesOf(5));
    };
    await expect(start(store, bytes).run()).rejects.toThrow('The server has 5 bytes');
  });

  it('keeps to what the gateway takes at once', async () => {
    const store = new MemoryStore();
    await start(store, bytesOf(1_000_000), 300_000).run();
    const sizes = store.calls
      .filter((call) => call.startsWith('part'))
      .map((call) => Number(call.split('+')[1]));
    expect(Math.max(...sizes)).toBe(300_000);
  });
});

describe('parts', () => {
  it('grow while they are fast, and shrink while they are slow', () => {
    expect(nextPartBytes(undefined)).toBe(MIB);
    expect(nextPartBytes({ bytes: MIB, ms: 100 })).toBe(2 * MIB);
    expect(nextPartBytes({ bytes: MIB, ms: 3_000 })).toBe(MIB);
    expect(nextPartBytes({ bytes: MIB, ms: 10_000 })).toBe(MIB / 2);
    expect(nextPartBytes({ bytes: 16 * MIB, ms: 100 })).toBe(16 * MIB);
    expect(nextPartBytes({ bytes: 300_000, ms: 60_000 })).toBe(262_144);
  });

  it('have names that are told from others', () => {
    const name = partName({ name: 'a\nb.txt', size: 123, lastModified: 456 });
    expect(name).toBe('.a\nb.txt.3f-co.part');
    expect(isPartName(name)).toBe(true);
    expect(isPartName('.part')).toBe(false);
  });
});
