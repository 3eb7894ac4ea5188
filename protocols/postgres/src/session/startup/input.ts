// What a start-up is given: the login and its rules. Types, and the names of SCRAM.
import type { Mechanism } from '@fairlead/sasl';
import type { ProtocolVersion } from '../../wire/messages.ts';

/** As servers list it. */
export const SCRAM = 'SCRAM-SHA-256';
/** The same, bound to its TLS connection. */
export const SCRAM_PLUS = 'SCRAM-SHA-256-PLUS';
/** How a server may ask for proof of who the client is, as libpq's `require_auth` names them. */
export type AuthMethod = 'none' | 'password' | 'md5' | 'scram-sha-256';

/** What a start-up needs to know. */
export interface StartupInput {
  /** `user`, `database` and run-time parameters, as they stand in the StartupMessage. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly password: string | undefined;
  /**
   * SCRAM-SHA-256 or SCRAM-SHA-256-PLUS with the password, given what the server offers; without an offer, the guess of an
   * eager start. `undefined` without a password. Called once.
   */
  readonly scram: (offered?: readonly string[]) => Mechanism | undefined;
  /** Whether the login must be bound to its TLS connection. Default false. */
  readonly requireBinding?: boolean | undefined;
  /** Whether TLS is on, or the caller asked by name for clear-text passwords without it. */
  readonly allowCleartext: boolean;
  /** Methods that are acceptable; `undefined` accepts all four. */
  readonly requireAuth?: readonly AuthMethod[] | undefined;
  /** What to ask for. A server that does not speak 3.2 is spoken to in 3.0. Default `3.0`. */
  readonly version?: ProtocolVersion | undefined;
  /** Begins SCRAM with the first message, on the guess that the server will ask for it. Default false. */
  readonly eager?: boolean | undefined;
  /** Collects copies of the messages from AuthenticationOk to ReadyForQuery. */
  readonly frames?: Uint8Array[] | undefined;
}
