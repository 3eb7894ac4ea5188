// Who answers: the server that a command goes to. Types only.
import type { CallLimit } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { CommandLink } from '../connection/types.ts';
import type { ReadPreference } from '../types/option-values.ts';

/** What kind of deployment it is. */
export type DeploymentKind = 'single' | 'replica set' | 'sharded' | 'load balanced';

/** The servers that a client may use, and their connections: one at a time unless read preferences ask for two. */
export interface Topology {
  /** Known once the first server has answered. */
  readonly kind: DeploymentKind;
  /**
   * A connection to a server that suits, opened if there is none.
   * @throws FairleadError `connect_failed`, `timeout`, `auth`, ...; `safeToRetry`, since nothing was sent.
   */
  select(readPreference: ReadPreference | 'writable', limit: CallLimit): Promise<CommandLink>;
  /** Told of an error that makes what is known of a server doubtful: a network error, or one of the not-primary codes. */
  failed(link: CommandLink, error: FairleadError): void;
  close(): Promise<void>;
  readonly closed: Promise<void>;
}
