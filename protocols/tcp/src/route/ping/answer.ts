// The answer to a ping request: JSON, text for people, Server-Sent Events or NDJSON, as `Accept` says. Where every target
// failed it is the first one's problem, so that its status does not look like success.
import type { CallLimit } from '@fairlead/client';
import {
  batchAnswer,
  type Closable,
  EVENT_STREAM_TYPE,
  eventsWithClient,
  NDJSON_TYPE,
  type Problem,
  type RouteContext,
  shownCertificate,
  streamWithClient,
  toProblem,
  withDeadline,
} from '@fairlead/http';
import { pingStatistics } from '../../ping/statistics.ts';
import type { PingSample } from '../../ping/types.ts';
import { preferredType } from '../accept.ts';
import { measure, type PingEvent, type PingOutcome, type PingSettings } from './measure.ts';
import { placeOf } from './place.ts';
import { type PingTarget, resolveTargetWish, type TargetWish } from './targets.ts';
import { pingText } from './text.ts';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain';
const TYPES = [JSON_TYPE, TEXT_TYPE, EVENT_STREAM_TYPE, NDJSON_TYPE] as const;

/** A ping opens and closes its connections itself. */
const NOTHING_TO_CLOSE: Closable = { close: async () => {} };
const open = async (): Promise<Closable> => NOTHING_TO_CLOSE;

/** What is asked for. */
export interface PingRequest {
  readonly wishes: readonly TargetWish[];
  readonly settings: PingSettings;
  /** Whether the answer is one target's object, and not a list of them. */
  readonly isSingle: boolean;
}

/** Measures, and answers in the form that the caller accepts. */
export async function answerPing(c: RouteContext, request: PingRequest): Promise<Response> {
  c.header('Vary', 'Accept');
  const targets = request.wishes.map((wish) => resolveTargetWish(c, wish));
  const type = preferredType(c.req.header('Accept'), TYPES);
  const run = new PingRun(c, request, targets);
  if (type === EVENT_STREAM_TYPE) {
    return eventsWithClient(c, open, (_, signal, limit) => run.events({ ...limit, signal }));
  }
  if (type === NDJSON_TYPE) {
    return streamWithClient(c, open, (_, signal, limit) => run.lines({ ...limit, signal }));
  }
  return withDeadline(c, async (signal, limit) => {
    const outcomes = await run.outcomes({ ...limit, signal });
    if (type === JSON_TYPE) return c.json(run.document(outcomes, true), 200);
    return c.text(run.text(outcomes), 200);
  });
}

type Limit = CallLimit & { readonly signal: AbortSignal };

class PingRun {
  readonly #c: RouteContext;
  readonly #request: PingRequest;
  readonly #targets: readonly PingTarget[];

  constructor(c: RouteContext, request: PingRequest, targets: readonly PingTarget[]) {
    this.#c = c;
    this.#request = request;
    this.#targets = targets;
  }

  /** @throws The first target's error where all have failed. */
  async outcomes(limit: Limit): Promise<PingOutcome[]> {
    const run = this.#measure(limit);
    for (;;) {
      const { done, value } = await run.next();
      if (done) return value;
    }
  }

  /** One event a sample, and the summary at last. */
  async *events(limit: Limit) {
    for await (const part of this.#parts(limit)) {
      const [event, data] = 'sample' in part ? ['sample', part.sample] : ['summary', part.summary];
      yield { event, data: JSON.stringify(data) };
    }
  }

  /** One line a sample, and the summary at last. */
  async *lines(limit: Limit) {
    for await (const part of this.#parts(limit)) yield JSON.stringify(part);
  }

  async *#parts(limit: Limit): AsyncGenerator<{ sample: object } | { summary: object }, void, undefined> {
    const run = this.#measure(limit);
    for (;;) {
      const { done, value } = await run.next();
      if (done) {
        yield { summary: this.document(value, false) };
        return;
      }
      yield { sample: { ...value.target.name, ...sampleJson(value.sample) } };
    }
  }

  async *#measure(limit: Limit): AsyncGenerator<PingEvent, PingOutcome[], undefined> {
    const outcomes = yield* measure(this.#targets, this.#request.settings, limit);
    const [first] = outcomes;
    if (first !== undefined && outcomes.every(({ error }) => error !== undefined)) {
      // So that the problem hides what it has to hide.
      this.#c.set('target', first.target.conceals);
      const settled = outcomes.map(({ error: reason }) => ({ status: 'rejected' as const, reason }));
      const none = (count: number): string => `None of the ${count} targets answered`;
      batchAnswer(this.#c, limit.signal, settled, none);
    }
    return outcomes;
  }

  /** The JSON answer. */
  document(outcomes: readonly PingOutcome[], withSamples: boolean): object {
    const results = outcomes.map((outcome) => this.#result(outcome, withSamples));
    const place = placeOf(this.#c.req.raw);
    if (this.#request.isSingle) return { ...results[0], ...place };
    const failed = outcomes.filter(({ error }) => error !== undefined).length;
    return { failed, results, ...place };
  }

  #result(outcome: PingOutcome, withSamples: boolean): object {
    const { target, samples } = outcome;
    const problem = this.#problem(outcome);
    if (problem !== undefined) return { ...target.name, error: problem };
    const list = withSamples ? { samples: samples.map(sampleJson) } : {};
    return { ...target.name, ...pingStatistics(samples), ...sessionJson(outcome), ...list };
  }

  text(outcomes: readonly PingOutcome[]): string {
    const parts = outcomes.map((outcome) => ({
      title: String(Object.values(outcome.target.name)[0] ?? 'the default connection'),
      samples: outcome.samples,
      statistics: pingStatistics(outcome.samples),
      problem: this.#problem(outcome),
    }));
    return pingText(parts, placeOf(this.#c.req.raw));
  }

  #problem({ error, target }: PingOutcome): Problem | undefined {
    if (error === undefined) return undefined;
    this.#c.set('target', target.conceals);
    return toProblem(error, this.#c);
  }
}

/** What the last TLS handshake came to, where the gateway's own TLS tells. A named connection's host stays hidden. */
function sessionJson({ target, samples }: PingOutcome): object {
  const session = samples.findLast((sample) => sample.session !== undefined)?.session;
  if (session === undefined) return {};
  const { version, cipher, alpn, resumed, peerCertificates } = session;
  const certificates = peerCertificates.map((each) => shownCertificate(each, target.conceals));
  return { session: { version, cipher, ...(alpn === undefined ? {} : { alpn }), resumed, certificates } };
}

function sampleJson({ n, tcpMs, tlsMs, error }: PingSample): object {
  return {
    n,
    ...(tcpMs === undefined ? {} : { tcpMs }),
    ...(tlsMs === undefined ? {} : { tlsMs }),
    ...(error === undefined ? {} : { error: error.code }),
  };
}
