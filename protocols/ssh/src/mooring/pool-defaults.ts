// What pools of SSH servers have in place of the usual defaults. Data only.
import type { PoolDefaults } from '@fairlead/mooring';

/** The defaults that differ. */
export const POOL_DEFAULTS: PoolDefaults = {
  // OpenSSH drops connections at random where more than ten log in at once (MaxStartups).
  max: 5,
  // A command that is sent to a dead connection is in doubt.
  checkAfterMs: 15_000,
};
