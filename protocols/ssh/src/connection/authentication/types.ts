// What a login is given and what it gives. Types only.
import type { CallLimit, Password } from '@fairlead/client';
import type { Identity } from '../../keys/types.ts';
import type { Challenge } from '../../wire/auth-messages.ts';

/** Answers the server's questions: one text for each prompt, in order. It is not called where there is no prompt. */
export type KeyboardInteractive = (challenge: Challenge) => readonly string[] | Promise<readonly string[]>;

/** Who logs in, and by what. At least one of `identities`, `password` and `keyboardInteractive` is given. */
export interface LogInOptions {
  readonly username: string;
  /** Tried in order: the first by a signed request at once, the others after the server has said that it takes them. */
  readonly identities?: readonly Identity[] | undefined;
  /** Also the answer to one hidden prompt, where the server takes no password but asks for it. */
  readonly password?: Password | undefined;
  readonly keyboardInteractive?: KeyboardInteractive | undefined;
  /** The connection's. */
  readonly limit: CallLimit;
}

/** A login that was accepted. */
export interface LoggedIn {
  /** What the server showed before it accepted, without control characters and of at most 8,192 characters; `''` where it showed nothing. */
  readonly banner: string;
}
