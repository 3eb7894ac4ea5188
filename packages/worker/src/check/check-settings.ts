// The check of a configuration: every fault and what to do about it, what is unwise, and whether each connection can be made.
// No secret stands in what it says.
import type { Connection } from '@fairlead/http';
import { inspectSettings } from '@fairlead/http/settings';
import type { Connector } from '@fairlead/transport';
import { ROUTES } from '../routes.ts';
import { findingOf } from './advice/faults.ts';
import type { TlsChain } from './connections/tls-chains.ts';
import { tryConnections } from './connections/try-connections.ts';
import type { Finding } from './finding.ts';
import { withoutSecrets } from './redact.ts';
import { settingsJsonSchema } from './schema/json-schema.ts';
import { certificateFindings } from './warnings/certificates.ts';
import { connectionFindings } from './warnings/connections.ts';
import { otherFindings } from './warnings/others.ts';
import { tokenFindings } from './warnings/tokens.ts';

export type { TlsChain } from './connections/tls-chains.ts';
export type { Finding } from './finding.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

/** Options of `checkSettings`. */
export interface CheckOptions {
  /** Whether each connection is tried, with its login. Default true. */
  readonly connect?: boolean;
  /** Dials. Default: the runtime's own. */
  readonly connector?: Connector;
  /**
   * What dials a connection, in place of `connector`: with it, connections that go through a binding are tried as well. Default:
   * those are not tried.
   */
  readonly connectorOf?: (connection: Connection) => Connector;
  /** Milliseconds for each connection. Default 10,000. */
  readonly timeoutMs?: number;
  /** Ends the attempts. */
  readonly signal?: AbortSignal;
  /** Is told what the TLS of each connection came to that was tried, where what dials tells. */
  readonly onTls?: (chain: TlsChain) => void;
}

/**
 * Checks a configuration.
 * @param settings The gateway's environment: `FAIRLEAD_*`, as JSON text or as values, and the secrets that these name.
 * @returns What is wrong or unwise; nothing where all is well. It never rejects for what is in the settings.
 * @example
 * ```ts
 * import { checkSettings } from '@fairlead/worker/check';
 *
 * const findings = await checkSettings({ FAIRLEAD_CONNECTIONS: { main: 'postgress://db.example.com' } }, { connect: false });
 * // [{ level: 'error', key: 'FAIRLEAD_CONNECTIONS.main.url', fix: 'Did you mean "postgres:"? ...', ... }, ...]
 * ```
 */
export async function checkSettings(
  settings: Readonly<Record<string, unknown>>,
  options: CheckOptions = {},
): Promise<readonly Finding[]> {
  const { connect = true, connector, connectorOf, timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  const { onTls } = options;
  const inspection = await inspectSettings(settings, ROUTES);
  const knowledge = { schema: await settingsJsonSchema(), modules: ROUTES, values: inspection.values };
  const findings = [
    ...inspection.faults.map((fault) => findingOf(fault, knowledge)),
    ...tokenFindings(inspection),
    ...connectionFindings(inspection),
    ...(await certificateFindings(inspection, Date.now())),
    ...otherFindings(settings, inspection),
  ];
  if (!connect) return findings;
  const trial = { modules: ROUTES, connector, connectorOf, timeoutMs, signal, onTls };
  const tried = await tryConnections(inspection, trial);
  return [...findings, ...withoutSecrets(tried, inspection)];
}
