// `FAIRLEAD_LOG`: which lines the gateway writes to the log. Data and its schema only.
import { z } from 'zod';

/** The schema of `FAIRLEAD_LOG`. Failures (5xx) are logged whatever it says. */
export const logSchema = z.strictObject({
  /** One line a request. */
  access: z.boolean().default(false),
  /** One line for each statement or command that may write. */
  audit: z.boolean().default(false),
  /** Adds the caller's `User-Agent` to the access line. */
  userAgent: z.boolean().default(false),
});

/** What is logged. */
export type LogSettings = Readonly<z.output<typeof logSchema>>;
