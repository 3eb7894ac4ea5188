// What a connection needs of its client: types only.
import type { Deadlines } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { Settings } from '../options/options.ts';
import type { Session } from '../session/session.ts';
import type { StoreWriter } from '../store/store-writer.ts';

/** What the client knows that a connection must ask. */
export interface ConnectionOwner {
  readonly settings: Settings;
  readonly session: Session;
  readonly deadlines: Deadlines;
  readonly storeWriter: StoreWriter;
  /** Whether messages may still be taken in. */
  mayRead(): boolean;
  /** Whether the broker may send messages unasked. */
  mayPush(): boolean;
  /** What has arrived was dealt with. */
  onWorked(): void;
  /** The connection has ended; `byBroker`: not by this side. */
  onEnd(reason: FairleadError, byBroker: boolean): void;
}
