// The regions in which the platform makes objects. Data and its check.
import { usage } from '@fairlead/errors';

/** The regions that a location hint may name. */
export const LOCATION_HINTS = [
  'wnam',
  'enam',
  'sam',
  'weur',
  'eeur',
  'apac',
  'apac-ne',
  'apac-se',
  'oc',
  'afr',
  'me',
] as const;

/** Where an object is made at its first use: a region of Cloudflare's network. */
export type LocationHint = (typeof LOCATION_HINTS)[number];

const HINTS: ReadonlySet<unknown> = /* @__PURE__ */ new Set(LOCATION_HINTS);

/**
 * Checks a location hint, which a local workerd takes whatever it is.
 * @throws FairleadError `usage`.
 */
export function checkLocationHint(hint: unknown): void {
  if (hint === undefined || HINTS.has(hint)) return;
  throw usage(`locationHint is one of ${LOCATION_HINTS.join(', ')}`);
}
