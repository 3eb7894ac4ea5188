// The states of a key exchange, and which messages may come in each (RFC 4253 section 7.1, OpenSSH's PROTOCOL section 1.10).
import * as TRANSPORT from '../wire/numbers/transport.ts';

/**
 * - `settled`: no exchange is under way.
 * - `init_sent`: our KEXINIT has gone, the server's is owed. Messages that were on their way still come.
 * - `reply_owed`: our value has gone. The server's KEXINIT forbids it all that is not of the exchange.
 * - `newkeys_owed`: the reply was verified and our NEWKEYS has gone; we send with the new keys.
 */
export type ExchangeState = 'settled' | 'init_sent' | 'reply_owed' | 'newkeys_owed';

/** What leads from state to state. */
export type ExchangeEvent = 'our KEXINIT' | "the server's KEXINIT" | 'KEX_ECDH_REPLY' | 'NEWKEYS';

/** The legal moves. A server that begins is answered with our KEXINIT first. The picture in docs/states/ssh.md is drawn from this table. */
export const EXCHANGE_MOVES: Readonly<
  Record<ExchangeState, Readonly<Partial<Record<ExchangeEvent, ExchangeState>>>>
> = {
  settled: { 'our KEXINIT': 'init_sent' },
  init_sent: { "the server's KEXINIT": 'reply_owed' },
  reply_owed: { KEX_ECDH_REPLY: 'newkeys_owed' },
  newkeys_owed: { NEWKEYS: 'settled' },
};

/** @throws Error for a move that the table does not have: `mayCome` was not asked. */
export function exchangeAfter(state: ExchangeState, event: ExchangeEvent): ExchangeState {
  const next = EXCHANGE_MOVES[state][event];
  if (next === undefined) throw new Error(`no move from ${state} by ${event}`);
  return next;
}

/** Whether this is the first exchange of the connection, and whether both sides have strict key exchange. */
export interface ExchangeCircumstances {
  readonly first: boolean;
  readonly strict: boolean;
}

/** Whether a message may come. @param type Its number. */
export function mayCome(
  state: ExchangeState,
  type: number,
  { first, strict }: ExchangeCircumstances,
): boolean {
  if (type === TRANSPORT.DISCONNECT) return true;
  // Strict key exchange ends the connection at whatever could have been slipped in while nothing was authenticated.
  if (type <= TRANSPORT.DEBUG) return !(first && strict);
  switch (state) {
    case 'settled':
      return isFree(type);
    case 'init_sent':
      return first ? type === TRANSPORT.KEXINIT : isFree(type);
    case 'reply_owed':
      return type === TRANSPORT.KEX_ECDH_REPLY;
    case 'newkeys_owed':
      return type === TRANSPORT.NEWKEYS;
  }
}

/** Whether a message belongs to no exchange, or begins one. */
function isFree(type: number): boolean {
  return type !== TRANSPORT.NEWKEYS && !(type >= 30 && type <= 49);
}
