// Commands that `send` refuses, or sends only over a connection of one caller's own. Whether a command is among them is
// looked up for each one, so this part of the table is in every client.

/**
 * What `send` does with a command:
 *
 * - `refused`: it has a way of its own (`multi()`, `subscribe()`, ...), which keeps count of the replies; or its replies
 *   never end, or do not come
 * - `dedicated`: it leaves a state behind, so it needs a connection of the caller's own
 * - `seconds-last`, `seconds-first`, `milliseconds-last`: it blocks, so that later commands wait, and which argument
 *   says how long; it needs a connection of the caller's own, too
 * - `block-option`: it blocks if it has the option `BLOCK`
 */
export type SendRule =
  | 'refused'
  | 'dedicated'
  | 'seconds-last'
  | 'seconds-first'
  | 'milliseconds-last'
  | 'block-option';

/** Scope class, rule, and names. A name with `|` is a command and its subcommand. */
export const RESTRICTED: readonly string[] = [
  'read refused SUBSCRIBE PSUBSCRIBE SSUBSCRIBE',
  'admin refused UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MULTI EXEC DISCARD',
  'admin refused HELLO RESET QUIT MONITOR SYNC PSYNC CLIENT|TRACKING CLIENT|REPLY',
  'admin dedicated WATCH UNWATCH',
  'write seconds-last BLPOP BRPOP BLMOVE BRPOPLPUSH BZPOPMIN BZPOPMAX',
  'write seconds-first BLMPOP BZMPOP',
  'write milliseconds-last WAIT WAITAOF',
  'read block-option XREAD',
  'write block-option XREADGROUP',
];
