// Measures the targets of a request, some at a time, and tells each sample as it comes. It writes no answer.
import { type CallLimit, deferred, remainingMs } from '@fairlead/client';
import { pingSamples } from '../../ping/ping.ts';
import type { PingSample } from '../../ping/types.ts';
import type { PingTarget } from './targets.ts';

/** Of the platform's six connections at a time; a seventh would wait, and its wait be measured. */
const AT_A_TIME = 4;
/** What is kept of the request's time for the answer, at most: samples end before it is over. */
const RESERVE_MS = 250;

/** How the targets are measured. */
export interface PingSettings {
  readonly tls: boolean;
  readonly count: number;
  readonly intervalMs: number;
}

/** What was measured of one target. */
export interface PingOutcome {
  readonly target: PingTarget;
  readonly samples: readonly PingSample[];
  /** Why there is nothing to tell but this. */
  readonly error: unknown;
}

/** A sample, as soon as it was taken. */
export interface PingEvent {
  readonly target: PingTarget;
  readonly sample: PingSample;
}

/**
 * Yields the samples of all targets in the order in which they are taken, and returns the outcomes in the order of `targets`.
 * @throws FairleadError `aborted`, as `pingSamples`.
 */
export async function* measure(
  targets: readonly PingTarget[],
  settings: PingSettings,
  limit: CallLimit,
): AsyncGenerator<PingEvent, PingOutcome[], undefined> {
  const timeMs = remainingMs(limit);
  const timeoutMs = Math.max(1, timeMs - Math.min(RESERVE_MS, timeMs / 4));
  const options = { ...settings, signal: limit.signal, timeoutMs };
  const events: PingEvent[] = [];
  const outcomes: PingOutcome[] = [];
  let more = deferred<void>();
  let isLeft = false;
  const next = targets.entries();
  const work = async (): Promise<void> => {
    for (const [index, target] of next) {
      const samples: PingSample[] = [];
      if (target.dial !== undefined) {
        const { connector } = target;
        const tls = settings.tls && (target.tls ?? true);
        for await (const sample of pingSamples(target.dial, { ...options, tls, connector })) {
          if (isLeft) return;
          samples.push(sample);
          events.push({ target, sample });
          more.resolve();
        }
      }
      outcomes[index] = { target, samples, error: errorOf(target, samples) };
    }
  };
  const all = Promise.all(Array.from({ length: Math.min(AT_A_TIME, targets.length) }, work));
  let isDone = false;
  const finished = all
    .then(() => undefined)
    .finally(() => {
      isDone = true;
      more.resolve();
    });
  finished.catch(() => undefined);
  try {
    while (!isDone || events.length > 0) {
      yield* events.splice(0);
      await more.promise;
      if (!isDone) more = deferred<void>();
    }
    await finished;
    return outcomes;
  } finally {
    isLeft = true;
  }
}

/** The refusal, or the last sample's error where none succeeded. */
function errorOf(target: PingTarget, samples: readonly PingSample[]): unknown {
  if (target.dial === undefined) return target.refusal;
  return samples.some(({ error }) => error === undefined) ? undefined : samples.at(-1)?.error;
}
