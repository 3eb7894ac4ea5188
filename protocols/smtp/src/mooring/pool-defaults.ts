// What pools of mail servers have in place of the usual defaults. Data only.
import type { PoolDefaults } from '@fairlead/mooring';

/** The defaults that differ. */
export const POOL_DEFAULTS: PoolDefaults = {
  // As many as mail programs open to one server.
  max: 5,
  // Some servers end after a minute what is idle.
  idleSeconds: 50,
  // Then NOOP asks whether it lives: a mail in doubt is worse than a round trip.
  checkAfterMs: 15_000,
};
