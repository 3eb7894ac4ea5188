// What a statement on its way has to know of its call: types only.
import type { Escort } from '../session/session-commands.ts';

/** What a statement on its way has to know of its call. */
export interface Journey {
  /** Whether the call was stopped: nothing more may be sent for it. */
  readonly stopped: boolean;
  /** What goes out along with it, if anything does; asked once, when it leaves. */
  escort(): Escort | undefined;
  /** Called when nothing but the statement itself is before the server. */
  reach(): void;
  /** Calls `listener` when the call is stopped, at once if it was. */
  onStop(listener: () => void): void;
  /** The call rejects with `error`, whatever its statement ends with. */
  failWith(error: unknown): void;
}
