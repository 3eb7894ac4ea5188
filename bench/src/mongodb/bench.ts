// The bench of MongoDB: a first document from cold, one document after another, many read and many written, near and 20 ms away,
// from a canned server, which costs next to nothing, and from DocumentDB, whose own time hides most of a client's.
import { cpus } from 'node:os';
import { startFaultProxy } from '@fairlead/testkit/fault-proxy';
import { cpuMs } from '../cpu.ts';
import type { BenchOptions, Report } from '../report.ts';
import { compare, middle, type Outcome } from '../rounds.ts';
import { round, workerCode } from '../side-by-side.ts';
import { checkNames, isWanted } from '../usage.ts';
import { startWorkers } from '../workerd.ts';
import { type CannedServer, startCanned } from './canned.ts';
import { type DocumentdbServer, startDocumentdb } from './documentdb.ts';

const SUBJECTS: Readonly<Record<string, string>> = {
  fairlead: 'mongodb/fairlead',
  mongodb: 'mongodb/official',
};
const ROUND_TRIP_MS = 20;
const DELAY = { delayMs: ROUND_TRIP_MS / 2 };

/** By scenario: title, unit, and whether it runs near, far or in both places. */
const SCENARIOS: Readonly<
  Record<string, readonly [name: string, unit: string, near: boolean, far: boolean]>
> = {
  cold: ['connect, SCRAM-SHA-256 and findOne', 'ops', true, true],
  'find-one': ['1,000 findOne, one after the other', 'ops', true, false],
  'find-one-far': ['50 findOne, one after the other', 'ops', false, true],
  'find-all': ['find of 10,000 documents', 'docs', true, true],
  'insert-many': ['insertMany of 10,000 documents', 'docs', true, true],
};

/** A place to run a scenario at. */
interface Place {
  readonly name: string;
  readonly port: number;
  readonly isFar: boolean;
}

/** What the kernel says of workerd for a scenario: milliseconds of CPU of a run, medians by subject. */
interface Cost {
  readonly name: string;
  readonly cpu: Readonly<Record<string, number>>;
}

/** Runs it. */
export async function mongodb({ rounds, only, progress }: BenchOptions): Promise<Report> {
  checkNames('row', only?.split(','), Object.keys(SCENARIOS));
  const stops: (() => unknown)[] = [];
  try {
    const canned = await startCanned();
    stops.push(() => canned.stop());
    const documentdb = await startDocumentdb();
    stops.push(() => documentdb.stop());
    const places = await placesOf(canned, documentdb, stops);
    const codes = await Promise.all(Object.values(SUBJECTS).map(workerCode));
    const workers = await startWorkers(
      Object.fromEntries(Object.keys(SUBJECTS).map((subject, index) => [subject, codes[index] ?? ''])),
    );
    stops.push(() => workers.stop());
    const outcomes: Outcome[] = [];
    const costs: Cost[] = [];
    for (const [id, [title, unit, near, far]] of Object.entries(SCENARIOS)) {
      if (!isWanted(only, id)) continue;
      for (const place of places.filter(({ isFar }) => (isFar ? far : near))) {
        const name = `${title}: ${place.name}`;
        progress(`${name} ...`);
        const used = new Map(Object.keys(SUBJECTS).map((subject) => [subject, [] as number[]]));
        const run = async (subject: string) => {
          const before = cpuMs(workers.pid);
          const measure = await round(workers.urls[subject] ?? '', subject, id, place.port);
          used.get(subject)?.push(cpuMs(workers.pid) - before);
          return measure;
        };
        outcomes.push(await compare({ name, unit, subjects: Object.keys(SUBJECTS) }, rounds, run));
        // The first round does not count.
        costs.push({
          name,
          cpu: Object.fromEntries([...used].map(([subject, all]) => [subject, middle(all.slice(1))])),
        });
      }
    }
    const sockets = await socketsOf(canned, workers.urls);
    const about = `${canned.what}; ${documentdb.what}; workerd ${workers.version}; ${cpus().length} x ${cpus()[0]?.model.trim()}; medians of ${rounds} rounds`;
    return { about, outcomes, more: more(costs, sockets), figures: { costs, sockets } };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function placesOf(
  canned: CannedServer,
  documentdb: DocumentdbServer,
  stops: (() => unknown)[],
): Promise<Place[]> {
  const places: Place[] = [];
  for (const [name, { port }] of [
    ['canned', canned],
    ['DocumentDB', documentdb],
  ] as const) {
    const proxy = await startFaultProxy({ upstream: { port }, plan: { toServer: DELAY, toClient: DELAY } });
    stops.push(() => proxy.close());
    places.push({ name, port, isFar: false });
    places.push({ name: `${name}, ${ROUND_TRIP_MS} ms away`, port: proxy.port, isFar: true });
  }
  return places;
}

/** How many sockets one cold start opens, by subject. */
async function socketsOf(
  canned: CannedServer,
  urls: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, number>>> {
  const sockets: Record<string, number> = {};
  for (const subject of Object.keys(SUBJECTS)) {
    const before = canned.sockets();
    await round(urls[subject] ?? '', subject, 'cold', canned.port);
    sockets[subject] = canned.sockets() - before;
  }
  return sockets;
}

function more(costs: readonly Cost[], sockets: Readonly<Record<string, number>>): string {
  const rows = costs.map(({ name, cpu: { fairlead = 0, mongodb: theirs = 0 } }) => [
    name,
    fairlead.toFixed(0),
    theirs.toFixed(0),
    theirs > 0 ? (fairlead / theirs).toFixed(2) : '',
  ]);
  const table = [
    ['ms of CPU of a run, connecting included', 'fairlead', 'mongodb', 'ratio'],
    ['---', '---:', '---:', '---:'],
    ...rows,
  ];
  const opened = Object.entries(sockets).map(([subject, count]) => `${subject} ${count}`);
  return `${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\nSockets of a cold start: ${opened.join(', ')}.`;
}
