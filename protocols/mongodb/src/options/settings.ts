// The checked options of a client, and what opens its connections from them. Types only; `read-settings.ts` makes them.
import type { CallLimit } from '@fairlead/client';
import type { Address } from '@fairlead/transport';
import type { CommandLink } from '../connection/types.ts';
import type { Topology } from '../topology/types.ts';
import type { ReadConcern, ReadPreference, WriteConcern } from '../types/option-values.ts';
import type { LinkSettings } from './link-settings.ts';
import type { Parameters } from './url/parameters.ts';

/** The name whose SRV records are the seeds. */
export interface SrvName {
  readonly hostname: string;
  /** Default `mongodb`. As it was given: unchecked. */
  readonly serviceName: string;
  /** 0: all of them. */
  readonly maxHosts: number;
  /**
   * The settings with the seeds that were found.
   * @param defaults The TXT record's options, below those that were given.
   * @throws FairleadError `usage`: they do not go with the given ones.
   */
  settle(seeds: readonly Address[], defaults: Parameters): Settings;
}

/** The options of a client, checked and complete. */
export interface Settings extends LinkSettings {
  /** As the URL names them. Empty while `srv` has not been looked up. */
  readonly seeds: readonly Address[];
  /** Undefined for `mongodb://`, and once the records were found. */
  readonly srv: SrvName | undefined;
  /** The database of `db()` without a name. */
  readonly database: string;
  readonly replicaSet?: string | undefined;
  readonly directConnection: boolean;
  readonly readPreference: ReadPreference;
  readonly readConcern: ReadConcern | undefined;
  readonly writeConcern: WriteConcern | undefined;
  readonly retryReads: boolean;
  readonly retryWrites: boolean;
  readonly connectTimeoutMs: number;
  /** The default of one call. */
  readonly timeoutMs: number;
  readonly discovery?: Discovery | undefined;
}

/**
 * Dials, says `hello` and logs in.
 * @throws FairleadError `connect_failed`, `connect_timeout`, `tls_failed`, `auth`, `aborted`, `protocol`, ...
 */
export type OpenLink = (address: Address, settings: Settings, limit: CallLimit) => Promise<CommandLink>;

/** Opens topologies, without dialling. `@fairlead/mongodb` has the seed that answers first; `./discovery` finds a replica set's members. */
export type OpenTopology = (settings: Settings, openLink: OpenLink) => Topology;

/** The value of `discovery()`. */
export interface Discovery {
  readonly openTopology: OpenTopology;
}
