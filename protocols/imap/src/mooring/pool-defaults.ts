// What pools of IMAP servers have in place of the usual defaults. Data only.
import type { PoolDefaults } from '@fairlead/mooring';

/** The defaults that differ. */
export const POOL_DEFAULTS: PoolDefaults = {
  // Providers count an account's connections, mail programs included: Gmail allows 15 of them.
  max: 3,
  // Then NOOP asks whether it lives: an APPEND in doubt is worse than a round trip.
  checkAfterMs: 15_000,
};
