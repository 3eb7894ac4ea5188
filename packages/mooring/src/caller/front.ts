// What a protocol does on the caller's side of a mooring: it plays the server for the login, which the pool did long ago, and
// says what each statement may leave behind. Types only.
import type { Trace } from '../types.ts';

/** What is to be done with bytes that the client has written. */
export type FrontStep =
  /** The client reads these next. */
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  /** The client has logged in: it reads `Front.greet` next. */
  | { readonly kind: 'login' }
  /**
   * They go to the server: whole messages. `owed`: how many answers they will have. What has none is kept until something
   * has one, unless a connection is borrowed already.
   */
  | {
      readonly kind: 'forward';
      readonly bytes: Uint8Array;
      readonly trace: Trace;
      readonly owed: number;
    }
  /**
   * The client wants what another connection runs to be ended: the one that was greeted with this key. `reply`: what the client
   * reads once the server was asked; without it, it reads the end of the connection.
   */
  | { readonly kind: 'cancel'; readonly key: number; readonly reply?: Uint8Array | undefined }
  /** The client says goodbye. */
  | { readonly kind: 'goodbye' };

/** One connection's front. Pure. */
export interface Front {
  /** Whether the server speaks first: the client's first read gets `greet`, and there is no `login` step. Default: no. */
  readonly speaksFirst?: boolean | undefined;
  /**
   * Takes what the client writes, in any pieces.
   * @throws FairleadError `protocol` when it is no message of the client.
   */
  take(bytes: Uint8Array): readonly FrontStep[];
  /**
   * The server's answer to a login.
   * @param greeting The `Berth.greeting` of the pool.
   * @param key What a `cancel` step names this connection by: 31 bits.
   */
  greet(greeting: unknown, key: number): Uint8Array;
}
