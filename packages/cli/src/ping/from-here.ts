// Measures handshakes from this machine, one target behind the other.
import { isFairleadError, type PingSample, pingSamples, pingStatistics } from '@fairlead/worker/ping';
import { usageError } from '../errors.ts';
import type { PingPart, PingPlan } from './types.ts';

/** @throws CommandError 2 where a target is no address, before anything is dialled. */
export function pingFromHere(
  targets: readonly string[],
  plan: PingPlan,
  signal: AbortSignal,
): AsyncIterable<PingPart> {
  const series = targets.map((target) => ({ target, samples: samplesOf(target, plan, signal) }));
  return partsOf(series, signal);
}

function samplesOf(target: string, plan: PingPlan, signal: AbortSignal): AsyncGenerator<PingSample> {
  try {
    return pingSamples(target, { ...plan, signal });
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    throw usageError(
      `"${target}" is no address: ${error.message}`,
      'Write db.example.com:5432; names of connections need the URL of a gateway before them.',
    );
  }
}

interface Series {
  readonly target: string;
  readonly samples: AsyncGenerator<PingSample>;
}

async function* partsOf(series: readonly Series[], signal: AbortSignal): AsyncGenerator<PingPart> {
  for (const { target, samples } of series) {
    const taken: PingSample[] = [];
    try {
      for await (const sample of samples) {
        taken.push(sample);
        yield { kind: 'sample', target, ...sample, error: sample.error?.code };
      }
    } catch (error) {
      // Ctrl-C: what was measured until then counts.
      if (!signal.aborted) throw error;
    }
    if (taken.length > 0)
      yield { kind: 'summary', target, statistics: pingStatistics(taken), error: lastError(taken) };
    if (signal.aborted) return;
  }
}

/** Why no sample succeeded. */
function lastError(
  samples: readonly PingSample[],
): { readonly code: string; readonly message: string } | undefined {
  const { error } = samples.at(-1) ?? {};
  const isReached = samples.some((sample) => sample.error === undefined);
  return isReached || error === undefined ? undefined : { code: error.code, message: error.message };
}
