// Tunnels through the gateway, beside the least that a tunnel can be: a gigabyte each way with workerd's memory meanwhile, 200 at
// once, and callers and servers that stall. It judges nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../bundle.ts';
import { cpuMs } from '../cpu.ts';
import type { BenchOptions, Report } from '../report.ts';
import { residentBytes } from '../resident.ts';
import { workerCode } from '../side-by-side.ts';
import { checkNames, isWanted } from '../usage.ts';
import { HEAP_MIB, type Running, startWorkers } from '../workerd.ts';
import { Caller, type Way } from './caller.ts';
import { startTunnelServer } from './server.ts';

const MIB = 1 << 20;
const COPY_BYTES = 1 << 30;
const TUNNELS = 200;
const ECHO_BYTES = 4 * MIB;
const SAMPLE_MS = 20;
/** How long stalled tunnels are looked at. */
const STALL_MS = 5_000;

type Direction = 'down' | 'up';
interface Subject {
  readonly name: string;
  readonly worker: 'gateway' | 'bare';
  readonly way: Way;
}

const SUBJECTS: readonly Subject[] = [
  { name: 'bare copy', worker: 'bare', way: 'raw' },
  { name: 'tunnel, fairlead.tunnel.v1', worker: 'gateway', way: 'framed' },
  { name: 'tunnel, no subprotocol', worker: 'gateway', way: 'raw' },
];

interface Copy {
  readonly mibPerSecond: number;
  /** Of workerd, in milliseconds. */
  readonly cpuMs: number;
  readonly beforeMib: number;
  readonly peakMib: number;
}

/** Everything that runs. */
interface Stage {
  readonly code: { readonly gateway: string; readonly bare: string };
  readonly port: number;
}

/** Runs all of it. A workerd process of its own for each copy, so that memory of one is not another's. */
export async function tunnel({ rounds, only, progress }: BenchOptions): Promise<Report> {
  checkNames('row', only?.split(','), ['copy', 'many', 'stall']);
  const server = await startTunnelServer();
  const code = {
    gateway: await bundle({ code: "export { default } from '@fairlead/worker';" }),
    bare: await workerCode('tunnel'),
  };
  const stage: Stage = { code, port: server.port };
  try {
    const parts: string[] = [];
    if (isWanted(only, 'copy')) parts.push(await copies(stage, rounds, progress));
    if (isWanted(only, 'many')) parts.push(await many(stage, progress));
    if (isWanted(only, 'stall')) parts.push(await stalls(stage, progress));
    return {
      about: `${server.what}; a JavaScript heap of ${HEAP_MIB} MiB`,
      outcomes: [],
      text: parts.join('\n\n'),
    };
  } finally {
    server.stop();
  }
}

function start({ code, port }: Stage): Promise<Running> {
  const settings = {
    FAIRLEAD_TOKENS: JSON.stringify([{ name: 'bench', token: 'bench', scopes: ['*'] }]),
    FAIRLEAD_TARGETS: JSON.stringify([`127.0.0.1:${port}`]),
    FAIRLEAD_LIMITS: JSON.stringify({ maxTunnelAheadBytes: 2 * COPY_BYTES, maxBodyBytes: 64 * MIB }),
  };
  return startWorkers({ gateway: code.gateway, bare: code.bare }, { settings, maxHeapMib: HEAP_MIB });
}

function urlOf(running: Running, worker: Subject['worker'], port: number): string {
  const base = running.urls[worker] ?? '';
  return worker === 'bare' ? `${base}/?port=${port}` : `${base}/tcp/tunnel/127.0.0.1:${port}`;
}

/** What workerd holds, sampled while `work` goes on. */
async function sampled(pid: number, work: () => Promise<void>): Promise<number[]> {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(residentBytes(pid) / MIB), SAMPLE_MS);
  try {
    await work();
    return samples;
  } finally {
    clearInterval(timer);
  }
}

async function copy(stage: Stage, { worker, way }: Subject, direction: Direction): Promise<Copy> {
  const running = await start(stage);
  const url = urlOf(running, worker, stage.port);
  try {
    await move(url, way, direction, MIB);
    const beforeMib = residentBytes(running.pid) / MIB;
    const usedMs = cpuMs(running.pid);
    let seconds = 0;
    const samples = await sampled(running.pid, async () => {
      const began = performance.now();
      await move(url, way, direction, COPY_BYTES);
      seconds = (performance.now() - began) / 1000;
    });
    return {
      mibPerSecond: COPY_BYTES / MIB / seconds,
      cpuMs: cpuMs(running.pid) - usedMs,
      beforeMib,
      peakMib: Math.max(...samples),
    };
  } finally {
    running.stop();
  }
}

/** Opens a tunnel, moves the bytes and waits for its end. @throws Error where it ended otherwise. */
async function move(url: string, way: Way, direction: Direction, bytes: number): Promise<void> {
  const caller = await Caller.open(url, way);
  caller.say(`${direction} ${bytes}`);
  if (direction === 'up') await caller.send(bytes);
  const end = await caller.closed;
  const expected = direction === 'down' ? bytes : 3;
  if (!end.startsWith('1000') || caller.received !== expected) {
    throw new Error(`The tunnel ended with ${end} behind ${caller.received} of ${expected} bytes`);
  }
}

async function copies(stage: Stage, rounds: number, progress: BenchOptions['progress']): Promise<string> {
  const lines: string[] = [];
  for (const direction of ['down', 'up'] as const) {
    // Without the subprotocol a caller that is ahead of the server is cut off: there is nothing to measure.
    const subjects = SUBJECTS.filter(
      ({ worker, way }) => direction === 'down' || worker === 'bare' || way === 'framed',
    );
    const runs = subjects.map((): Copy[] => []);
    for (let round = 0; round < rounds; round++) {
      for (let n = 0; n < subjects.length; n++) {
        const at = (n + round) % subjects.length;
        const subject = subjects[at];
        if (subject === undefined) continue;
        const run = await copy(stage, subject, direction).catch((error: unknown) => {
          progress(`${direction} ${subject.name}: ${error}`);
          return undefined;
        });
        if (run === undefined) continue;
        runs[at]?.push(run);
        progress(
          `${direction} ${subject.name}: ${run.mibPerSecond.toFixed(0)} MiB/s, peak ${run.peakMib.toFixed(0)} MiB`,
        );
      }
    }
    const rates = runs.map((each) => median(each.map((run) => run.mibPerSecond)));
    for (const [n, subject] of subjects.entries()) {
      const [own = [], rate = 0] = [runs[n], rates[n]];
      const ratio = (rate / (rates[0] ?? 1)).toFixed(2);
      const cpu = median(own.map((run) => run.cpuMs));
      const [before, peak] = [
        median(own.map((run) => run.beforeMib)),
        Math.max(...own.map((run) => run.peakMib)),
      ];
      lines.push(
        `| ${direction} | ${subject.name} | ${rate.toFixed(0)} | ${ratio} | ${cpu.toFixed(0)} | ${before.toFixed(0)} | ${peak.toFixed(0)} |`,
      );
    }
  }
  return `A gigabyte: down is from the server to the caller.

| | | MiB/s | of the bare copy | CPU of workerd, ms | workerd before, MiB | its peak, MiB |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}`;
}

async function many(stage: Stage, progress: BenchOptions['progress']): Promise<string> {
  const running = await start(stage);
  const url = urlOf(running, 'gateway', stage.port);
  try {
    await move(url, 'framed', 'down', MIB);
    const before = residentBytes(running.pid) / MIB;
    let seconds = 0;
    const samples = await sampled(running.pid, async () => {
      const began = performance.now();
      const callers = await Promise.all(Array.from({ length: TUNNELS }, () => Caller.open(url, 'framed')));
      progress(`${TUNNELS} tunnels are open`);
      await Promise.all(
        callers.map(async (caller) => {
          caller.say('echo');
          await caller.send(ECHO_BYTES);
          while (caller.received < ECHO_BYTES) await sleep(5);
          caller.end();
          const end = await Promise.race([caller.closed, sleep(10_000, 'no end')]);
          if (!end.startsWith('1000')) throw new Error(end);
        }),
      );
      seconds = (performance.now() - began) / 1000;
    });
    const rate = (2 * TUNNELS * ECHO_BYTES) / MIB / seconds;
    return `${TUNNELS} tunnels at once, ${ECHO_BYTES / MIB} MiB there and back on each: ${seconds.toFixed(1)} s, ${rate.toFixed(0)} MiB/s in all; workerd ${before.toFixed(0)} MiB before, ${Math.max(...samples).toFixed(0)} MiB at its peak.`;
  } finally {
    running.stop();
  }
}

/** What a stalled tunnel is like. */
const STALLS: Readonly<Record<string, (url: string) => Promise<Caller>>> = {
  'callers that give no credit': async (url) => {
    const caller = await Caller.open(url, 'framed', false);
    caller.say(`down ${COPY_BYTES}`);
    return caller;
  },
  'callers that read nothing from their socket': async (url) => {
    const caller = await Caller.open(url, 'framed');
    caller.say(`down ${COPY_BYTES}`);
    caller.stall();
    return caller;
  },
  'servers that read nothing': async (url) => {
    const caller = await Caller.open(url, 'framed');
    caller.say('stall');
    void caller.send(COPY_BYTES);
    return caller;
  },
};

async function stalls(stage: Stage, progress: BenchOptions['progress']): Promise<string> {
  const lines: string[] = [];
  for (const [name, open] of Object.entries(STALLS)) {
    const running = await start(stage);
    const url = urlOf(running, 'gateway', stage.port);
    try {
      await move(url, 'framed', 'down', MIB);
      const before = residentBytes(running.pid) / MIB;
      const callers = await Promise.all(Array.from({ length: TUNNELS }, () => open(url)));
      const samples = await sampled(running.pid, () => sleep(STALL_MS));
      const half = samples.length >> 1;
      const peaks = [samples.slice(0, half), samples.slice(half)].map((part) => Math.max(...part));
      for (const caller of callers) caller.destroy();
      progress(`${name}: ${peaks.map((peak) => peak.toFixed(0)).join(', ')} MiB`);
      lines.push(
        `| ${TUNNELS} ${name} | ${before.toFixed(0)} | ${peaks.map((peak) => peak.toFixed(0)).join(' | ')} |`,
      );
    } finally {
      running.stop();
    }
  }
  return `Tunnels that stall, for ${STALL_MS / 1000} seconds:

| | workerd before, MiB | peak, first half | peak, second half |
| --- | ---: | ---: | ---: |
${lines.join('\n')}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
