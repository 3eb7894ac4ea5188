// Runs the cases through both sides and counts. What ours accepts, native is asked about, always; what ours refuses, in a sample.
import type { Verdict } from '../../../packages/tls/test/hostile/server/server.ts';
import { type Case, caseOf } from './cases.ts';
import { identityOf } from './forge/keys.ts';
import type { Template } from './forge/templates.ts';
import { NativeTrials } from './native.ts';
import { caseWithout, POLICIES } from './policy.ts';
import { type Judged, writeFinding } from './report.ts';
import { isSpkiOf } from './spki.ts';
import type { ChainAnswer } from './verifier/protocol.ts';
import type { Verifier } from './verifier/start.ts';

const BATCH = 400;
const SLOTS = 16;
const MOST_FINDINGS = 40;

/** What is to be run. */
export interface Plan {
  readonly cases: number;
  readonly seed: number;
  /** The number of the first case. */
  readonly first: number;
  /** How many of a hundred chains that ours refuses native is asked about too. */
  readonly refusedPercent: number;
  /** This one case instead. */
  readonly alone: Case | undefined;
}

/** What was counted. */
interface Tally {
  cases: number;
  accepted: number;
  bothRefuse: number;
  /** Native refused the handshake's signature, since the certificate's key was changed and nobody has the new one. */
  keyless: number;
  byPolicy: Map<string, number>;
  /** By our words: what ours refuses and native accepts. */
  stricter: Map<string, { count: number; example: string }>;
  findings: number;
}

/** @returns Whether nothing was found. */
export async function compare(
  verifier: Verifier,
  all: readonly Template[],
  ca: readonly string[],
  plan: Plan,
): Promise<boolean> {
  await using trials = await NativeTrials.start(verifier, SLOTS);
  const tally: Tally = {
    cases: 0,
    accepted: 0,
    bothRefuse: 0,
    keyless: 0,
    byPolicy: new Map(),
    stricter: new Map(),
    findings: 0,
  };
  const total = plan.alone === undefined ? plan.cases : 1;
  console.log(`seed ${plan.seed}, ${total} cases`);
  for (let from = 0; from < total && tally.findings < MOST_FINDINGS; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, total - from) }, (_, i) => plan.first + from + i);
    const cases = plan.alone === undefined ? numbers.map((n) => caseOf(plan.seed, n, all)) : [plan.alone];
    const answers = await verifier.ours(cases.map((of) => questionOf(of, ca)));
    const asked = cases.flatMap((of, i) => {
      const ours = answers[i];
      if (ours === undefined) throw new Error('the Worker left a case out');
      const isAsked = ours.accepted || 'broken' in ours || of.number % 100 < plan.refusedPercent;
      return isAsked ? [{ of, ours }] : [];
    });
    tally.cases += cases.length;
    const verdicts = await trials.judge(asked.map(({ of }) => trialOf(of)));
    for (const [i, { of, ours }] of asked.entries()) {
      await count(tally, { of, ours, verdict: verdicts[i] }, { trials, ca, all });
    }
    if ((from / BATCH) % 25 === 24) console.log(`${tally.cases} cases, ${tally.accepted} accepted by both`);
  }
  print(tally);
  return tally.findings === 0;
}

function questionOf({ chain, name }: Case, ca: readonly string[]) {
  return { chain: chain.map((der) => Buffer.from(der).toString('base64')), ca, name, now: Date.now() };
}

function trialOf({ key, chain, name }: Case) {
  return { identity: identityOf(key, chain), name };
}

interface Answered {
  readonly of: Case;
  readonly ours: ChainAnswer;
  readonly verdict: Verdict | undefined;
}

interface Means {
  readonly trials: NativeTrials;
  readonly ca: readonly string[];
  readonly all: readonly Template[];
}

async function count(tally: Tally, answered: Answered, { trials, ca, all }: Means): Promise<void> {
  const { of, ours, verdict } = answered;
  const native = verdict?.kind === 'finished';
  if ('broken' in ours) {
    find(tally, { of, ours, native, words: '' }, ca, `BROKEN ${ours.broken}`);
  } else if (!ours.accepted) {
    if (native) notice(tally.stricter, `${ours.reason}: ${ours.message}`, of);
    else tally.bothRefuse++;
  } else if (native) {
    tally.accepted++;
  } else {
    // Alone, so that the words in the log are this one's.
    const words = await trials.wordsFor(trialOf(of));
    if (words === undefined) {
      tally.accepted++;
      return;
    }
    const policy = await policyFor(of, trials, all);
    if (!isSpkiOf(of.chain[0], of.key)) tally.keyless++;
    else if (policy !== undefined) tally.byPolicy.set(policy, (tally.byPolicy.get(policy) ?? 0) + 1);
    else find(tally, { of, ours, native, words }, ca, `ours accepts, native: ${words}`);
  }
}

/** @returns The policy without whose subject native accepts the chain. */
async function policyFor(
  of: Case,
  trials: NativeTrials,
  all: readonly Template[],
): Promise<string | undefined> {
  if (all.length === 0) return undefined;
  // One alone explains it, or all of them together.
  for (const policies of [...POLICIES.map((policy) => [policy]), POLICIES]) {
    const again = caseWithout(policies, of, all);
    if (again === undefined || (await trials.wordsFor(trialOf(again))) !== undefined) continue;
    return policies.length === 1 ? policies[0]?.why : 'several of these at once';
  }
  return undefined;
}

function find(tally: Tally, judged: Judged, ca: readonly string[], what: string): void {
  tally.findings++;
  const file = writeFinding(judged, ca);
  console.error(
    `${judged.of.title} (asked for ${judged.of.name})\n    ${what}\n    again: npm run suite:certificates -- --case ${file}`,
  );
}

/** Words alike but for names and numbers count together. */
function notice(map: Tally['stricter'], words: string, of: Case): void {
  const alike = words.replace(/"[^"]*"|DNS:\S+|IP:\S+|\d{4}-\S+/g, '…').slice(0, 120);
  const known = map.get(alike);
  if (known === undefined) map.set(alike, { count: 1, example: `${of.seed}-${of.number} ${of.title}` });
  else known.count++;
}

function print(tally: Tally): void {
  const { cases, accepted, bothRefuse, keyless, findings } = tally;
  console.log(`${cases} cases: ${accepted} accepted by both, ${bothRefuse} refused by both (of those asked)`);
  console.log(`${keyless} with a key that nobody has: accepted by ours, and no handshake came about`);
  for (const [why, number] of tally.byPolicy) console.log(`${number} by policy: ${why}`);
  const stricter = [...tally.stricter].sort(([, a], [, b]) => b.count - a.count);
  for (const [words, { count: number, example }] of stricter) {
    console.log(`${number} refused by ours alone: ${words}\n      ${example}`);
  }
  console.log(`${cases - findings} passed, ${findings} failed`);
}
