// Measures handshakes and prints each sample as it comes, then what they amount to.
import type { Arguments } from '../arguments/parse.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, usageError } from '../errors.ts';
import { gatewayUrl } from '../gateway/url.ts';
import type { Output } from '../output/output.ts';
import { pingFromHere } from './from-here.ts';
import { tellPart, tellPlace } from './tell.ts';
import { pingThroughGateway } from './through-gateway.ts';
import type { PingPart, PingPlan } from './types.ts';

const MAX_COUNT = 100;
const MAX_SECONDS = 60;
const MAX_TIMEOUT_SECONDS = 300;

/** Pings. @returns 1 where a target was not reached once. */
export async function runPing(given: Arguments, output: Output, context: Context): Promise<ExitCode> {
  const { parts, targets } = partsOf(given, context);
  const width = Math.max(...targets.map((target) => target.length));
  let failed = 0;
  for await (const part of parts) {
    if (part.kind === 'place') tellPlace(part, output);
    else tellPart(part, width, output);
    if (part.kind === 'summary' && (part.error !== undefined || part.statistics?.received === 0)) failed++;
  }
  return failed > 0 ? EXIT.failed : EXIT.ok;
}

function partsOf(
  given: Arguments,
  context: Context,
): { readonly parts: AsyncIterable<PingPart>; readonly targets: readonly string[] } {
  const [first, ...rest] = given.positionals;
  const plan: PingPlan = {
    tls: given.has('tls'),
    count: number(given.text('count') ?? '5', 'count', 1, MAX_COUNT, true),
    intervalMs: Math.round(number(given.text('interval') ?? '0.2', 'interval', 0, MAX_SECONDS) * 1000),
    timeoutMs: Math.round(number(given.text('timeout') ?? '60', 'timeout', 0.1, MAX_TIMEOUT_SECONDS) * 1000),
  };
  if (first === undefined) throw usageError('There is nothing to ping.', EXAMPLE);
  if (!first.includes('://')) {
    const targets = unique([first, ...rest]);
    return { parts: pingFromHere(targets, plan, context.signal), targets };
  }
  const url = gatewayUrl(first, { scheme: 'http', insecure: given.has('insecure') });
  const targets = unique(rest);
  if (targets.length === 0) throw usageError('The connection or the address is missing.', EXAMPLE);
  return { parts: pingThroughGateway(url, targets, plan, context), targets };
}

const EXAMPLE =
  'For instance: fairlead ping https://gateway.example.com main, or fairlead ping db.example.com:5432';

function unique(targets: readonly string[]): readonly string[] {
  return [...new Set(targets)];
}

function number(text: string, name: string, min: number, max: number, isWhole = false): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
  throw usageError(
    `--${name} is ${isWhole ? 'a whole number' : 'a number'} from ${min} to ${max}, and not "${text}".`,
  );
}
