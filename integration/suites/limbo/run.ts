// `npm run suite:limbo [-- FILTER]`: x509-limbo's cases against the package's path validation, inside workerd. It ends with status 1
// where the two disagree and disagreements.json has no reason for it.
import { writeFileSync } from 'node:fs';
import type { ChainAnswer } from '../certificates/verifier/protocol.ts';
import { startVerifier } from '../certificates/verifier/start.ts';
import reasons from './disagreements.json' with { type: 'json' };
import { type LimboCase, limboCases } from './source.ts';

/** Where nothing is accepted against the suite, for whatever reason. */
const NEVER = /^(rfc5280::(nc|eku|san)|webpki::nc|pathlen|pathological|cve)::|unrecognized|unknown.*critical/;

/** What one verification may take, dialling workerd included. */
const SLOW_MS = 1_000;

const REASONS: Readonly<Record<string, string>> = reasons;

/** Why a case is left out. */
function leftOut({ validation_kind: kind, features }: LimboCase): string | undefined {
  if (kind === 'CLIENT') return "a client's certificate is verified, which this package never does";
  if (features.includes('max-chain-depth')) return "the chain's depth is limited, which is no option here";
  return undefined;
}

function derOf(pem: string): string {
  return pem.replace(/-----[^-]+-----/g, '').replace(/\s+/g, '');
}

/** The suite's `null` is "now". */
function questionOf(limbo: LimboCase) {
  return {
    chain: [limbo.peer_certificate, ...limbo.untrusted_intermediates].map(derOf),
    ca: limbo.trusted_certs,
    name: limbo.expected_peer_name?.value,
    now: limbo.validation_time === null ? Date.now() : Date.parse(limbo.validation_time),
  };
}

interface Result {
  readonly limbo: LimboCase;
  readonly answer: ChainAnswer;
  readonly ms: number;
}

/** Whether the suite has the same chain with the opposite expectation, which ours meets: it cannot meet both. */
function agreesWithCounterpart({ limbo, answer }: Result, results: readonly Result[]): boolean {
  const others = results.filter(({ limbo: { id } }) => limbo.conflicts_with.includes(id));
  return others.some(
    (other) =>
      other.limbo.expected_result !== limbo.expected_result && other.answer.accepted === answer.accepted,
  );
}

/** @returns What has to be looked at, as lines. */
function judge(result: Result, results: readonly Result[]): string[] {
  const { limbo, answer, ms } = result;
  const { id, expected_result: expected } = limbo;
  const ours = answer.accepted ? 'SUCCESS' : 'FAILURE';
  const why = answer.accepted
    ? ''
    : 'broken' in answer
      ? answer.broken
      : `${answer.reason}: ${answer.message}`;
  const findings: string[] = [];
  if ('broken' in answer) findings.push(`${id}: BROKEN ${why}`);
  if (ms > SLOW_MS) findings.push(`${id}: took ${Math.round(ms)} ms`);
  const reason = REASONS[id];
  if (ours === expected) {
    if (reason !== undefined) findings.push(`${id}: agrees; strike its entry in disagreements.json`);
  } else if (
    reason === undefined ||
    (answer.accepted && NEVER.test(id) && !agreesWithCounterpart(result, results))
  ) {
    findings.push(`${id}: ${expected} expected, ours ${ours} ${why}\n    ${limbo.description.trim()}`);
  }
  return findings;
}

async function main(): Promise<number> {
  const filter = process.argv[2] ?? '';
  const cases = limboCases().filter(({ id }) => id.includes(filter));
  const run = cases.filter((limbo) => leftOut(limbo) === undefined);
  await using verifier = await startVerifier();
  const results: Result[] = [];
  for (const limbo of run) {
    const startedAt = performance.now();
    const [answer] = await verifier.ours([questionOf(limbo)]);
    if (answer !== undefined) results.push({ limbo, answer, ms: performance.now() - startedAt });
  }
  const findings = results.flatMap((result) => judge(result, results));
  for (const finding of findings) console.error(finding);
  const output = process.env.LIMBO_RESULTS;
  if (output !== undefined) writeFileSync(output, JSON.stringify(results.map(brief), undefined, 1));
  const agreed = results.filter(
    ({ limbo, answer }) => answer.accepted === (limbo.expected_result === 'SUCCESS'),
  );
  const slowest = Math.max(0, ...results.map(({ ms }) => ms));
  console.log(
    `${cases.length} cases: ${agreed.length} agree, ${results.length - agreed.length} disagree, ` +
      `${cases.length - run.length} left out; slowest ${Math.round(slowest)} ms`,
  );
  for (const why of new Set(cases.map(leftOut).filter((why) => why !== undefined))) {
    console.log(`left out where ${why}`);
  }
  console.log(`${results.length - findings.length} passed, ${findings.length} failed`);
  return findings.length === 0 && results.length > 0 ? 0 : 1;
}

function brief({ limbo, answer, ms }: Result) {
  return { id: limbo.id, expected: limbo.expected_result, answer, ms: Math.round(ms) };
}

process.exitCode = await main();
