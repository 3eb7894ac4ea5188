// What a connection needs of its client: types only.
import type { Deadlines } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { Settings } from '../options/options.ts';
import type { Session } from '../session/session.ts';
import type { StoreWriter } from '../store/store-writer.ts';

/** The client, as its connection sees it. */
export interface ConnectionOwner {
  readonly settings: Settings;
  readonly session: Session;
  readonly deadlines: Deadlines;
  readonly storeWriter: StoreWriter;
  /** Whether messages may be read: no queue is full. */
  mayRead(): boolean;
  /** Whether the broker may send packets that answer nothing. */
  mayPush(): boolean;
  /** Called when the packets that have arrived were handled. */
  onWorked(): void;
  /** Called when the connection has ended. @param byBroker Whether the broker or the network ended it. */
  onEnd(reason: FairleadError, byBroker: boolean): void;
}
