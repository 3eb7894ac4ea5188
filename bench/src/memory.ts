// A result of a gigabyte through the gateway's /pg/query as NDJSON: what it costs workerd in memory. It judges nothing.
import { bundle } from './bundle.ts';
import type { BenchOptions, Report } from './report.ts';
import { residentBytes } from './resident.ts';
import { startPostgres } from './servers.ts';
import { HEAP_MIB, startWorkers } from './workerd.ts';

const ROWS = 1_000_000;
const ROW_BYTES = 1000;
const SAMPLE_MS = 50;
const MIB = 1 << 20;

/** Streams the result once and samples workerd's resident memory meanwhile (Linux). */
export async function memory({ progress }: BenchOptions): Promise<Report> {
  const server = await startPostgres();
  const settings = {
    FAIRLEAD_CONNECTIONS: JSON.stringify({
      main: `postgres://bench@127.0.0.1:${server.port}/postgres?sslmode=disable`,
    }),
    FAIRLEAD_TOKENS: JSON.stringify([{ name: 'bench', token: 'bench', scopes: ['*'] }]),
    FAIRLEAD_LIMITS: JSON.stringify({ timeoutMs: 300_000 }),
  };
  const code = await bundle({ code: "export { default } from '@fairlead/worker';" });
  const worker = await startWorkers({ gateway: code }, { settings, maxHeapMib: HEAP_MIB });
  const url = worker.urls.gateway ?? '';
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(residentBytes(worker.pid)), SAMPLE_MS);
  try {
    await query(url, 'select 1 as one');
    const before = residentBytes(worker.pid);
    progress(`${ROWS} rows of ${ROW_BYTES} bytes ...`);
    const start = performance.now();
    const { bytes, lines } = await query(
      url,
      `select repeat('x', ${ROW_BYTES}) as text from generate_series(1, ${ROWS})`,
    );
    const seconds = (performance.now() - start) / 1000;
    const half = samples.length >> 1;
    const [first, second] = [Math.max(...samples.slice(0, half)), Math.max(...samples.slice(half))];
    const about = `${server.what}; workerd ${worker.version}`;
    const text = `| | |
| --- | ---: |
| rows received | ${lines - 2} |
| received, MiB | ${(bytes / MIB).toFixed(0)} |
| seconds | ${seconds.toFixed(1)} |
| limit of the JavaScript heap, MiB | ${HEAP_MIB} |
| workerd's whole process before, resident MiB | ${(before / MIB).toFixed(0)} |
| its peak in the first half | ${(first / MIB).toFixed(0)} |
| its peak in the second half | ${(second / MIB).toFixed(0)} |`;
    return { about, outcomes: [], text };
  } finally {
    clearInterval(timer);
    worker.stop();
    server.stop();
  }
}

/** Reads the answer as it comes and keeps nothing of it. */
async function query(url: string, sql: string): Promise<{ bytes: number; lines: number }> {
  const response = await fetch(`${url}/pg/query`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer bench',
      'content-type': 'application/json',
      accept: 'application/x-ndjson',
    },
    body: JSON.stringify({ sql }),
  });
  if (!response.ok || !response.body) throw new Error(`${response.status}: ${await response.text()}`);
  let bytes = 0;
  let lines = 0;
  let last = '';
  for await (const chunk of response.body) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    if (chunk.length < 4096) last = new TextDecoder().decode(chunk);
  }
  if (last.includes('"error"')) throw new Error(`The result broke off: ${last.slice(-500)}`);
  return { bytes, lines };
}
