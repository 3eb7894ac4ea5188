// The lines of a request that is over: one for the access log, one for each thing that may have written, and a data point for
// Analytics Engine. Loaded when one of them is asked for. Nothing here may hold a URL, a statement, a key, a value or a secret.
import type { RouteContext } from '../app/contract.ts';
import type { AnalyticsDataset } from './analytics.ts';
import { connectionOf, methodOf, routeOf, tokenOf } from './request-facts.ts';
import type { AuditEntry } from './request-record.ts';

const COLO = /^[A-Z]{3}$/;
const LENGTH = /^\d{1,15}$/;
const DIGEST_DIGITS = 16;
const MAX_AGENT_UNITS = 256;
/** Analytics Engine takes an index of 96 bytes. */
const MAX_INDEX_UNITS = 32;
const SWITCHING = 101;

/** Writes everything that the settings ask for. The head of the answer is known, and stays so. */
export function reporter(c: RouteContext): () => void {
  const facts = factsOf(c);
  const { log } = c.get('config');
  const record = c.get('record');
  // A session's commands are told as they come; a tunnel, when it opens.
  if (facts.status === SWITCHING) {
    for (const entry of record.audited.splice(0)) void writeAudit(c, facts, entry, 'open');
    record.onAudit = (entry) => void writeAudit(c, facts, entry, 'sent');
  }
  return () => {
    const line = accessLine(c, facts);
    if (log.access) write(line);
    for (const entry of record.audited) void writeAudit(c, facts, entry, line.code ?? 'ok');
    const dataset = c.env?.ANALYTICS;
    if (dataset !== undefined) writePoint(dataset, line);
  };
}

type Facts = ReturnType<typeof factsOf>;
type Line = ReturnType<typeof accessLine>;

/** What is known when the answer begins. */
function factsOf(c: RouteContext) {
  // It stands there on the platform, and where a server in front of workerd says it.
  const cf: unknown = Reflect.get(c.req.raw, 'cf');
  const colo: unknown = typeof cf === 'object' && cf !== null ? Reflect.get(cf, 'colo') : undefined;
  return {
    method: methodOf(c),
    route: routeOf(c),
    protocol: c.get('module')?.protocol,
    status: c.res.status,
    colo: typeof colo === 'string' && COLO.test(colo) ? colo : undefined,
  };
}

function accessLine(c: RouteContext, { method, route, protocol, status, colo }: Facts) {
  const record = c.get('record');
  const { code, rows, bytesOut, closeCode, trace } = record;
  return {
    log: 'access' as const,
    time: new Date().toISOString(),
    requestId: c.get('requestId'),
    method,
    route,
    protocol,
    token: tokenOf(c),
    connection: connectionOf(c),
    status,
    code,
    ms: Date.now() - c.get('arrivedAt'),
    rows,
    bytesIn: record.bytesIn ?? lengthOf(c.req.header('Content-Length')),
    bytesOut: bytesOut ?? lengthOf(c.res.headers.get('Content-Length')),
    closeCode,
    traceId: trace.traceId,
    spanId: trace.spanId,
    parentId: trace.parentId,
    colo,
    userAgent: c.get('config').log.userAgent
      ? c.req.header('User-Agent')?.slice(0, MAX_AGENT_UNITS)
      : undefined,
  };
}

function lengthOf(header: string | null | undefined): number | undefined {
  return header && LENGTH.test(header) ? Number(header) : undefined;
}

async function writeAudit(c: RouteContext, facts: Facts, entry: AuditEntry, outcome: string): Promise<void> {
  const { action, statement, query, commands, count } = entry;
  const record = c.get('record');
  const line = {
    log: 'audit',
    time: new Date().toISOString(),
    requestId: c.get('requestId'),
    token: tokenOf(c),
    protocol: facts.protocol,
    connection: connectionOf(c),
    action,
    query,
    commands: commands && tally(commands),
    count,
    outcome,
    affected: outcome === 'ok' ? record.affected : undefined,
    traceId: record.trace.traceId,
  };
  write(statement === undefined ? line : { ...line, statement: await digest(statement) });
}

/** How often each command stands there. */
function tally(commands: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of commands) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** The first half of SHA-256's first half, in hex: it names a statement and does not tell it. */
async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes.subarray(0, DIGEST_DIGITS / 2), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}

function write(line: object): void {
  console.log(JSON.stringify(line));
}

/** One data point a request; the README says what stands in which column. A binding of another kind is left alone. */
function writePoint(dataset: AnalyticsDataset, line: Line): void {
  if (typeof dataset.writeDataPoint !== 'function') return;
  const { token = '', protocol = '', route, connection = '', code = '', method, colo = '' } = line;
  dataset.writeDataPoint({
    indexes: [token.slice(0, MAX_INDEX_UNITS)],
    blobs: [token, protocol, route, connection, code, method, colo],
    doubles: [line.status, line.ms, line.rows ?? 0, line.bytesIn ?? 0, line.bytesOut ?? 0],
  });
}
