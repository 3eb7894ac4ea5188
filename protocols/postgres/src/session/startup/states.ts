// The legal moves of authentication, as one table.
import type { AuthenticationRequest } from '../../wire/messages.ts';

/** How far authentication is. */
export type State =
  | 'started'
  | 'eager'
  | 'password-sent'
  | 'sasl-first'
  | 'sasl-final'
  | 'sasl-verified'
  | 'authenticated';

/** What the server may ask in each state; errors and notices are in turn everywhere. */
export const IN_TURN: Record<State, readonly AuthenticationRequest['method'][]> = {
  started: ['ok', 'cleartext', 'md5', 'sasl', 'other'],
  eager: ['sasl'],
  'password-sent': ['ok'],
  'sasl-first': ['sasl-continue'],
  'sasl-final': ['sasl-final'],
  'sasl-verified': ['ok'],
  authenticated: [],
};
