// A gigabyte each way through a command and through SFTP: workerd's memory; and what a server sends to a reader that stops.
import { startFaultProxy } from '@fairlead/testkit/fault-proxy';
import type { BenchOptions, Report } from '../report.ts';
import { peakBytes, residentBytes } from '../resident.ts';
import { middle } from '../rounds.ts';
import { round, workerCode } from '../side-by-side.ts';
import { HEAP_MIB, type Running, startWorkers } from '../workerd.ts';
import { type SshServer, startSshServer } from './server.ts';

const MIB = 1 << 20;
const WORKER = 'ssh/flood';
const SHORT_MIB = 64;
const LONG_MIB = 1_024;
const LONG_RUNS = 2;
/** When a reader that stops has stopped for sure, and what was on its way has come. */
const STOPPED_MS = 2_000;

const SCENARIOS: Readonly<Record<string, string>> = {
  'exec-get': "a command's output",
  'exec-put': "a command's input",
  'sftp-get': 'SFTP read, new keys each MiB',
  'sftp-put': 'SFTP write, new keys each MiB',
};

/** Runs it. It judges nothing. */
export async function flood({ progress }: BenchOptions): Promise<Report> {
  const server = await startSshServer();
  try {
    const code = await workerCode(WORKER);
    const start = (): Promise<Running> =>
      startWorkers({ [WORKER]: code }, { settings: server.settings, maxHeapMib: HEAP_MIB });
    const rows = [
      ['1 GiB', 'MiB/s', 'resident MiB before', `peak in ${SHORT_MIB} MiB`, 'in 1 GiB', 'in another'],
      ['---', '---:', '---:', '---:', '---:', '---:'],
    ];
    let version = '';
    for (const [id, name] of Object.entries(SCENARIOS)) {
      progress(`${name} ...`);
      const worker = await start();
      version = worker.version;
      try {
        rows.push([name, ...(await memoryOf(worker, id, server.port))]);
      } finally {
        worker.stop();
      }
    }
    progress('a reader that stops ...');
    const more = await readerThatStops(await start(), server);
    const text = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
    return { about: `${server.what}; workerd ${version}`, outcomes: [], text, more };
  } finally {
    server.stop();
  }
}

/** The rate, what the process holds when its code has run once, and its peaks beyond that in a short and two long runs. */
async function memoryOf({ urls, pid }: Running, id: string, port: number): Promise<string[]> {
  const url = urls[WORKER] ?? '';
  await round(url, 'fairlead', `${id}-1`, port);
  const before = residentBytes(pid);
  const peaks = [await peakBytes(pid, () => round(url, 'fairlead', `${id}-${SHORT_MIB}`, port))];
  const rates: number[] = [];
  for (let i = 0; i < LONG_RUNS; i++) {
    const long = await peakBytes(pid, async () => {
      const { count, ms } = await round(url, 'fairlead', `${id}-${LONG_MIB}`, port);
      rates.push((count * 1_000) / ms);
    });
    peaks.push(long);
  }
  const beyond = peaks.map((bytes) => `+${((bytes - before) / MIB).toFixed(1)}`);
  return [middle(rates).toFixed(0), (before / MIB).toFixed(0), ...beyond];
}

async function readerThatStops(worker: Running, server: SshServer): Promise<string> {
  const proxy = await startFaultProxy({ upstream: { port: server.port } });
  try {
    const reading = round(worker.urls[WORKER] ?? '', 'fairlead', 'stop', proxy.port);
    await new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
    const sent = proxy.stats().bytesFromServer;
    const { count } = await reading;
    const beyond = (sent - count) / MIB;
    return `A reader that stopped after ${count / MIB} MiB: the server had sent ${beyond.toFixed(2)} MiB beyond that, login included.`;
  } finally {
    await proxy.close();
    worker.stop();
  }
}
