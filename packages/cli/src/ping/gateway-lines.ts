// The lines (NDJSON) of a gateway's answer to a ping, checked: what comes from elsewhere is not believed to have a shape.
import type { PingStatistics, TimeStatistics } from '@fairlead/worker/ping';
import { failure } from '../errors.ts';
import { printable, refused } from '../gateway/refusal.ts';
import { isObject } from '../system/json.ts';
import type { PingPart, Summary } from './types.ts';

/** A gateway's problem document is a few hundred bytes, a summary of ten targets some thousands. */
const MAX_LINE_CHARS = 65_536;

/** The JSON objects of a body. @throws CommandError 1 where it has others, or a line that is too long. */
export async function* linesOf(response: Response): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield parseLine(line);
    if (rest.length > MAX_LINE_CHARS) throw notUnderstood();
  }
  if (rest.trim() !== '') yield parseLine(rest);
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch {
    // Told below.
  }
  throw notUnderstood();
}

/** What a line says. @throws CommandError 1 where it is a problem, or nothing that a ping answers. */
export function* partsOf(line: Readonly<Record<string, unknown>>): Generator<PingPart> {
  const { sample, summary, error } = line;
  if (isObject(sample)) {
    const { n, tcpMs, tlsMs, error: code } = sample;
    yield {
      kind: 'sample',
      target: nameOf(sample),
      n: Number(n),
      tcpMs: typeof tcpMs === 'number' ? tcpMs : undefined,
      tlsMs: typeof tlsMs === 'number' ? tlsMs : undefined,
      error: typeof code === 'string' ? code : undefined,
    };
  } else if (isObject(summary)) {
    const { results, colo, placement } = summary;
    for (const result of Array.isArray(results) ? results.filter(isObject) : []) yield summaryOf(result);
    yield {
      kind: 'place',
      colo: typeof colo === 'string' ? colo : undefined,
      placement: typeof placement === 'string' ? placement : undefined,
    };
  } else if (isObject(error)) {
    throw refused({ status: Number(error.status), body: JSON.stringify(error), scope: 'tcp:ping' });
  } else throw notUnderstood();
}

function summaryOf(result: Readonly<Record<string, unknown>>): Summary {
  const target = nameOf(result);
  const { error } = result;
  if (!isObject(error)) return { kind: 'summary', target, statistics: statisticsOf(result) };
  return { kind: 'summary', target, error: { code: String(error.code), message: String(error.detail) } };
}

function statisticsOf({ sent, received, loss, tcp, tls }: Readonly<Record<string, unknown>>): PingStatistics {
  return {
    sent: numberOf(sent),
    received: numberOf(received),
    loss: numberOf(loss),
    ...(isObject(tcp) ? { tcp: timesOf(tcp) } : {}),
    ...(isObject(tls) ? { tls: timesOf(tls) } : {}),
  };
}

function timesOf({
  minMs,
  medianMs,
  p95Ms,
  maxMs,
  jitterMs,
}: Readonly<Record<string, unknown>>): TimeStatistics {
  return {
    minMs: numberOf(minMs),
    medianMs: numberOf(medianMs),
    p95Ms: numberOf(p95Ms),
    maxMs: numberOf(maxMs),
    ...(jitterMs === undefined ? {} : { jitterMs: numberOf(jitterMs) }),
  };
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  throw notUnderstood();
}

function nameOf({ connection, address }: Readonly<Record<string, unknown>>): string {
  return printable(String(connection ?? address ?? 'the default connection'));
}

function notUnderstood() {
  return failure(
    'The gateway answered something else than a ping.',
    'Is it a Fairlead gateway of this version?',
  );
}
