// V8's two samplers: where an isolate's time goes, and what its functions allocate. What each took comes as one tree of calls, and as
// the file that V8's tools open.
import { type Inspector, openInspector } from './session.ts';

/** How often the stack is looked at, in microseconds. */
const CPU_SAMPLE_US = 500;
/** How many bytes are allocated between two looks, on average. */
const HEAP_SAMPLE_BYTES = 1024;
/** What is no work of the isolate's. */
const NOT_WORK = ['(root)', '(idle)'];

/** `cpu`: microseconds. `heap`: bytes allocated, also of what the collector has taken since. */
export type SampleKind = 'cpu' | 'heap';

/** Where a function stands. Lines count from 0; what is below 0 is V8's own. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** A function as it was called by a certain stack of others. */
export interface Call {
  readonly frame: CallFrame;
  /** Its own share, in the sampler's unit. */
  readonly self: number;
  readonly calls: readonly Call[];
}

/** What a sampler took. */
interface Samples {
  readonly root: Call;
  /** The content of a `.cpuprofile` or `.heapprofile`. */
  readonly file: unknown;
}

/** A running sampler. */
export interface Sampler {
  /** Forgets what it has. */
  restart(): Promise<void>;
  /** Ends it, and the connection. */
  stop(): Promise<Samples>;
}

/** Starts a sampler. @param url As of `Running.inspectors`. */
export async function startSampler(url: string, kind: SampleKind): Promise<Sampler> {
  const inspector = await openInspector(url);
  const start = kind === 'cpu' ? sampleTime : sampleHeap;
  let stop = await start(inspector);
  return {
    async restart() {
      await stop();
      stop = await start(inspector);
    },
    async stop() {
      const samples = await stop();
      inspector.close();
      return samples;
    },
  };
}

/** All that an isolate allocates in JavaScript while `work` goes on, in bytes; to a few in a hundred. */
export async function allocatedDuring(url: string, work: () => Promise<unknown>): Promise<number> {
  const sampler = await startSampler(url, 'heap');
  await work();
  return sum((await sampler.stop()).root);
}

/** A tree's sum of all functions' own shares. */
export function sum({ self, calls }: Call): number {
  return calls.reduce((total, call) => total + sum(call), self);
}

/** What `Profiler.stop` gives. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** The node of each sample. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

async function sampleTime(inspector: Inspector): Promise<() => Promise<Samples>> {
  await inspector.call('Profiler.enable');
  await inspector.call('Profiler.setSamplingInterval', { interval: CPU_SAMPLE_US });
  await inspector.call('Profiler.start');
  return async () => {
    const { profile } = (await inspector.call('Profiler.stop')) as { profile: CpuProfile };
    return { root: callTree(profile), file: profile };
  };
}

function callTree({ nodes, samples, timeDeltas }: CpuProfile): Call {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const times = new Map<number, number>();
  samples.forEach((id, i) => {
    times.set(id, (times.get(id) ?? 0) + (timeDeltas[i] ?? 0));
  });
  const callOf = (node: CpuProfile['nodes'][number]): Call => ({
    frame: node.callFrame,
    self: NOT_WORK.includes(node.callFrame.functionName) ? 0 : (times.get(node.id) ?? 0),
    calls: (node.children ?? []).flatMap((id) => {
      const child = byId.get(id);
      return child === undefined ? [] : [callOf(child)];
    }),
  });
  const [root] = nodes;
  if (root === undefined) throw new Error('An empty profile');
  return callOf(root);
}

/** A node of what `HeapProfiler.stopSampling` gives. */
interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

async function sampleHeap(inspector: Inspector): Promise<() => Promise<Samples>> {
  await inspector.call('HeapProfiler.startSampling', {
    samplingInterval: HEAP_SAMPLE_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  return async () => {
    const { profile } = (await inspector.call('HeapProfiler.stopSampling')) as {
      profile: { head: HeapNode };
    };
    const callOf = ({ callFrame, selfSize, children }: HeapNode): Call => ({
      frame: callFrame,
      self: selfSize,
      calls: children.map(callOf),
    });
    return { root: callOf(profile.head), file: profile };
  };
}
