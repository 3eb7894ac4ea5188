// What the parts of a connection (attempt, pump, statements) ask of it. Types only, so that they need not import it.
import type { Writer } from '@fairlead/bytes';
import type { Deadlines } from '@fairlead/client';
import type { Peer } from '@fairlead/errors';
import type { Session } from '../session/session.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import type { LoggedIn } from './open/login.ts';

/** A connection, for its parts. */
export interface ConnectionOwner {
  readonly peer: Peer | undefined;
  readonly deadlines: Deadlines;
  /** `undefined` before the login and when the connection has ended. */
  readonly session: Session | undefined;
  /** Statements may be sent. @returns Whether the connection is still wanted. */
  opened(open: LoggedIn): boolean;
  /** The connection cannot be used any more. */
  failed(error: unknown): void;
  /** Adds the statements that may be sent now to the writer. */
  fill(writer: Writer): void;
  /** All messages of one network read have been handed over. */
  received(): void;
  /** Writes messages of a statement in flight. Settles when the platform has accepted them. */
  write(append: (writer: Writer) => void): Promise<void>;
  /** Sends the statements that may be sent now. */
  flush(): void;
  /** Reads on. */
  resume(): void;
  /** The statement that the server runs. */
  running(): PendingStatement | undefined;
  /** Sends a CancelRequest, where the server gave a key for it. See `cancelOnServer`. */
  sendCancel(mayLeave: () => boolean): Promise<void>;
}
