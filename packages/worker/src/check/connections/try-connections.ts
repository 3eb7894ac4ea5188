// Tries the connections: several at once, each within its time. A connection whose entry is at fault is not tried.

import { whenAborted } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Connection, RouteModule } from '@fairlead/http';
import { type InspectedConnection, type Inspection, rolesOf } from '@fairlead/http/settings';
import { limitsOf } from '@fairlead/mooring';
import { bounded, type Connector, connect } from '@fairlead/transport';
import type { Finding } from '../finding.ts';
import { explainFailure } from './failures.ts';
import { refusedInWorkers } from './in-workers.ts';
import { loadProbe, type ProbeTarget } from './probe.ts';
import type { Advice } from './roles.ts';
import { chainFindings, chainOf, type TlsChain, type WatchedSession, watchTls } from './tls-chains.ts';

/** The platform lets a request have six connections in the making; a client may open a second one. */
const MAX_AT_ONCE = 3;
/** What the attempt itself has failed to end. */
const GRACE_MS = 1000;

/** How connections are tried. */
export interface Trial {
  readonly modules: readonly RouteModule[];
  readonly connector: Connector | undefined;
  /** What dials a connection, in place of `connector`: its binding among it. */
  readonly connectorOf: ((connection: Connection) => Connector) | undefined;
  /** For each attempt. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onTls: ((chain: TlsChain) => void) | undefined;
}

/** The findings of all attempts, in the order of the settings. */
export async function tryConnections(inspection: Inspection, trial: Trial): Promise<Finding[]> {
  const sound = inspection.connections.filter(
    ({ path }) =>
      !inspection.faults.some((fault) => fault.path === path || fault.path.startsWith(`${path}.`)),
  );
  const findings: Finding[][] = sound.map(() => []);
  const waiting = sound.entries();
  const lane = async (): Promise<void> => {
    for (const [index, connection] of waiting) findings[index] = await tryConnection(connection, trial);
  };
  await Promise.all(Array.from({ length: MAX_AT_ONCE }, lane));
  return findings.flat();
}

async function tryConnection(inspected: InspectedConnection, trial: Trial): Promise<Finding[]> {
  const { path, connection, entry } = inspected;
  // Dialled through a binding that the gateway alone has.
  if (entry.via !== undefined && trial.connectorOf === undefined) return [];
  const findings: Finding[] = [];
  for (const { role, url, address, options } of rolesOf(connection)) {
    const isReaders = role === 'reader' || connection.reader === undefined;
    const key = `${path}.${role === 'reader' ? 'readUrl' : 'url'}`;
    const watched: Watched = { first: () => undefined };
    const result = await attempt(connection, { url: url.href, address, options }, trial, watched);
    const first = watched.first();
    if (first !== undefined) findings.push(...(await toldOf(key, first, trial)));
    findings.push(...toFindings(key, result, inspected, trial, isReaders));
  }
  return findings;
}

/** Filled once something is dialled. */
interface Watched {
  first: () => WatchedSession | undefined;
}

async function toldOf(
  key: string,
  { session, dialled }: WatchedSession,
  { onTls }: Trial,
): Promise<readonly Finding[]> {
  const chain = chainOf(key, session);
  onTls?.(chain);
  return [...chainFindings(chain, Date.now()), ...(await refusedInWorkers(key, session, dialled))];
}

type Attempt = { readonly advice: readonly Advice[] } | { readonly error: unknown };

async function attempt(
  connection: Connection,
  place: Pick<ProbeTarget, 'url' | 'address' | 'options'>,
  { connector, connectorOf, timeoutMs, signal }: Trial,
  watched: Watched,
): Promise<Attempt> {
  const probe = await loadProbe(connection.protocol);
  const stop = new AbortController();
  const stopListening = whenAborted(signal, () => stop.abort());
  // A binding that is missing is a finding, as what the client throws.
  const dial = async () => {
    const tls = watchTls(connectorOf?.(connection) ?? connector ?? connect);
    watched.first = tls.first;
    return probe({ ...place, connector: tls.connector, timeoutMs, signal: stop.signal });
  };
  const work = dial();
  const outcome = await bounded(work, timeoutMs + GRACE_MS, signal);
  stopListening();
  // Ends what the attempt has left open.
  stop.abort();
  if (outcome.kind === 'done') return { advice: outcome.value };
  if (outcome.kind === 'failed') return { error: outcome.error };
  return { error: new FairleadError(outcome.kind, `it was not done within ${timeoutMs} ms`) };
}

function toFindings(
  key: string,
  result: Attempt,
  { path, connection }: InspectedConnection,
  { modules }: Trial,
  isReaders: boolean,
): Finding[] {
  if ('error' in result) return [{ level: 'error', key, ...explainFailure(result.error) }];
  const defaults = modules.find(({ protocol }) => protocol === connection.protocol)?.poolDefaults;
  const { max } = limitsOf(connection.pool === false ? { max: 1 } : connection.pool, defaults);
  return result.advice.flatMap(({ kind, message, fix, connections = 0 }): Finding[] => {
    if (kind === 'role') return isReaders ? [{ level: 'warning', key, message, fix }] : [];
    return max > connections ? [{ level: 'warning', key: `${path}.pool.max`, message, fix }] : [];
  });
}
