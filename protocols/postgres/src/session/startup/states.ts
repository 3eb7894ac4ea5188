// The states of authentication, and which requests of the server are legal in each of them.
import type { AuthenticationRequest } from '../../wire/messages.ts';

/** The state of authentication: the message that was sent or checked last. */
export type State =
  | 'started'
  | 'eager'
  | 'password-sent'
  | 'sasl-first'
  | 'sasl-final'
  | 'sasl-verified'
  | 'authenticated';

/** The authentication requests that are legal in each state. Errors and notices are legal in all of them. */
export const IN_TURN: Record<State, readonly AuthenticationRequest['method'][]> = {
  started: ['ok', 'cleartext', 'md5', 'sasl', 'other'],
  eager: ['sasl'],
  'password-sent': ['ok'],
  'sasl-first': ['sasl-continue'],
  'sasl-final': ['sasl-final'],
  'sasl-verified': ['ok'],
  authenticated: [],
};
