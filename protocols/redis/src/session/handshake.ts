// The login: AUTH, HELLO, CLIENT SETNAME and SELECT, answered strictly in order. It sends nothing.
import { FairleadError } from '@fairlead/errors';
import { isAuthRefusal, loginError } from '../errors.ts';
import type { Arg, Reply, ServerInfo } from '../wire/messages.ts';
import { record, textOf } from '../wire/reply-shapes.ts';

/** The options that the login sends. */
export interface Login {
  /** Default: the server's `default` user. Needs a password. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Number of the database. Default 0. */
  readonly database?: number | undefined;
  /** Name of the connection in `CLIENT LIST`. */
  readonly name?: string | undefined;
  /** Default 3, or 2 on a server that does not know RESP3. With 2, replies have the shapes of RESP2, without `tracking()`. */
  readonly protocol?: 2 | 3 | undefined;
}

/**
 * The steps of one login. AUTH stands in front of HELLO and not within it: so a server that does not know HELLO
 * is logged in to all the same, and runs what follows at once, in RESP2.
 */
export class Handshake {
  /** The steps that are not answered yet. */
  readonly steps: Arg[][] = [];
  server: ServerInfo = { name: 'unknown', version: '', protocol: 2 };
  /** The latest answer, if it was an error: a server that has no room sends one in place of all answers. */
  error: FairleadError | undefined;
  #refusal: FairleadError | undefined;

  constructor({ username, password, name, protocol = 3, database }: Login) {
    const { steps } = this;
    // Before version 6 there are no users, and AUTH takes the password alone.
    if (password !== undefined) steps.push(username ? ['AUTH', username, password] : ['AUTH', password]);
    steps.push(['HELLO', protocol]);
    if (name) steps.push(['CLIENT', 'SETNAME', name]);
    if (database) steps.push(['SELECT', database]);
  }

  /**
   * Takes the answer to the oldest step.
   * @throws FairleadError `auth` or `server` when the login has failed.
   */
  answer(reply: Reply): void {
    const step = this.steps.shift()?.[0];
    const isError = reply instanceof FairleadError;
    this.error = isError ? reply : undefined;
    if (isError && (step === 'SELECT' || (step !== 'CLIENT' && isAuthRefusal(reply))))
      throw loginError(reply, step);
    // A server without passwords refuses AUTH, and then accepts HELLO from every client.
    if (step === 'AUTH' && isError) this.#refusal = reply;
    if (step !== 'HELLO') return;
    if (!isError) {
      const { server = 'redis', version = '' } = record(reply);
      this.server = {
        name: textOf(server),
        version: textOf(version),
        protocol: reply instanceof Map ? 3 : 2,
      };
    } else if (this.#refusal !== undefined) throw loginError(this.#refusal, 'AUTH');
  }
}
