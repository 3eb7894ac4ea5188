// Counts the work of an operation: promises, reactions, bytes of the heap, calls of the platform. It takes no time.
import { promiseHooks } from 'node:v8';
import type { CountedPeer } from './peer.ts';

/** What one operation costs; the median of several batches, so that what the test runner does meanwhile does not count. */
export interface Work {
  /** Promises that were made. An `await` counts as one: V8 makes it while promises are watched. */
  readonly promises: number;
  /** Reactions that ran: callbacks of `then`, and continuations of `await`. Each is a microtask. */
  readonly reactions: number;
  /** Bytes allocated in V8's heap, without the contents of ArrayBuffers. Compare it with upper bounds: versions of V8 differ. */
  readonly bytes: number;
  /** Platform reads of the peer. */
  readonly reads: number;
  /** Platform writes of the peer. */
  readonly writes: number;
}

/** How an operation is counted. */
export interface CountOptions {
  /** Whose reads and writes are counted. */
  readonly peer?: CountedPeer;
  /** How often it runs in a batch. Default 20. */
  readonly times?: number;
}

const BATCHES = 11;
/** How often the heap is looked at before and after one operation: a batch might be more than the collector waits for. */
const HEAP_LOOKS = 51;
/** Batches that run first, so that V8 has compiled what it is going to: what code allocates depends on that. */
const WARM_UP_BATCHES = 50;

/** Runs an operation again and again, one after the other, and says what one costs. */
export async function countWork(
  operation: () => Promise<unknown>,
  { peer, times = 20 }: CountOptions = {},
): Promise<Work> {
  const nothing = Promise.resolve();
  const own = await countAll(() => nothing, times);
  const reads = peer?.reads ?? 0;
  const writes = peer?.writes ?? 0;
  const all = await countAll(operation, times);
  const runs = (WARM_UP_BATCHES + BATCHES) * times + HEAP_LOOKS;
  return {
    promises: (all.promises - own.promises) / times,
    reactions: (all.reactions - own.reactions) / times,
    bytes: all.bytes - own.bytes,
    reads: ((peer?.reads ?? 0) - reads) / runs,
    writes: ((peer?.writes ?? 0) - writes) / runs,
  };
}

/** Promises and reactions of a batch and bytes of one operation, with the work of counting them. */
async function countAll(
  operation: () => Promise<unknown>,
  times: number,
): Promise<Pick<Work, 'promises' | 'reactions' | 'bytes'>> {
  const batch = async (): Promise<void> => {
    for (let i = 0; i < times; i++) await operation();
  };
  for (let i = 0; i < WARM_UP_BATCHES; i++) await batch();
  const bytes: number[] = [];
  for (let i = 0; i < HEAP_LOOKS; i++) {
    const before = process.memoryUsage().heapUsed;
    await operation();
    // Less than nothing where the collector ran meanwhile: the median is without it.
    bytes.push(process.memoryUsage().heapUsed - before);
  }
  const promises: number[] = [];
  const reactions: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    const watched = await watch(batch);
    promises.push(watched.promises);
    reactions.push(watched.reactions);
  }
  return { promises: median(promises), reactions: median(reactions), bytes: median(bytes) };
}

async function watch(work: () => Promise<void>): Promise<{ promises: number; reactions: number }> {
  let promises = 0;
  let reactions = 0;
  const stop = promiseHooks.createHook({
    init: () => {
      promises += 1;
    },
    before: () => {
      reactions += 1;
    },
  });
  try {
    await work();
  } finally {
    stop();
  }
  return { promises, reactions };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
