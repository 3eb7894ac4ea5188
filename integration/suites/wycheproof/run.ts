// `npm run suite:wycheproof [-- FILTER]`: Project Wycheproof's vectors through this package's cryptography, inside workerd. It ends
// with status 1 where a valid vector is refused, an invalid one accepted, or an acceptable one is not what `expectations.ts` says.
import { resolve } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { bundleWorker, workerOptions } from '../../workerd/bundle.ts';
import { expectation } from './expectations.ts';
import { FILES } from './files.ts';
import { readVectors, type Vector, type VectorFile, vectorFolder } from './vectors.ts';

const WORKER = resolve(import.meta.dirname, '../../../packages/tls/test/crypto/wycheproof/worker.ts');

/** What the Worker says became of a vector. `left out` has the reason. */
interface Outcome {
  readonly tcId: number;
  readonly outcome: 'accepted' | 'refused' | 'left out';
  readonly reason?: string;
}

async function startWorker(): Promise<Miniflare> {
  return new Miniflare(convertV4MiniflareOptions(workerOptions(await bundleWorker(WORKER))));
}

async function outcomesOf(url: URL, file: VectorFile): Promise<Outcome[]> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(file) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Outcome[];
}

/** How many vectors, by what became of them; those with a reason by the reason. */
class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  toString(): string {
    return [...this.#counts].map(([what, count]) => `${count} ${what}`).join(', ');
  }
}

/** @returns What has to be looked at, as lines. */
function judge(name: string, vectors: readonly Vector[], outcomes: readonly Outcome[]): string[] {
  const findings: string[] = [];
  const tally = new Tally();
  const byId = new Map(outcomes.map((outcome) => [outcome.tcId, outcome]));
  for (const vector of vectors) {
    const { outcome, reason } = byId.get(vector.tcId) ?? { outcome: 'lost' };
    const expected = expectation(name, vector);
    const why = reason ?? expected.reason;
    tally.add(`${vector.result} ${outcome}${why === undefined ? '' : ` (${why})`}`);
    if (outcome !== 'left out' && outcome !== expected.outcome) {
      const flags = vector.flags.join(', ');
      findings.push(
        `${name} ${vector.tcId} (${vector.comment ?? ''}; ${flags}): ${vector.result}, ${outcome}`,
      );
    }
  }
  console.log(`${name}: ${tally}`);
  return findings;
}

async function main(): Promise<number> {
  const filter = process.argv[2] ?? '';
  const names = FILES.filter((name) => name.includes(filter));
  const folder = await vectorFolder();
  const worker = await startWorker();
  const findings: string[] = [];
  let ran = 0;
  try {
    const url = await worker.ready;
    for (const name of names) {
      const file = readVectors(folder, `${name}_test.json`);
      const vectors = file.testGroups.flatMap(({ tests }) => tests);
      const outcomes = await outcomesOf(url, file);
      ran += outcomes.filter(({ outcome }) => outcome !== 'left out').length;
      findings.push(...judge(name, vectors, outcomes));
    }
  } finally {
    await worker.dispose();
  }
  for (const finding of findings) console.error(finding);
  console.log(`${ran - findings.length} passed, ${findings.length} failed`);
  return findings.length === 0 && ran > 0 ? 0 : 1;
}

process.exitCode = await main();
