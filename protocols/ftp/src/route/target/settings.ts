// What an entry of `FAIRLEAD_CONNECTIONS` may hold for FTP beside its URL.
import { type EntrySettings, tlsOrStartTlsSchema } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import { isRoot } from './path.ts';

/** Unknown settings are refused: a misspelt `root` would open the whole account. */
export const settingsSchema = z.strictObject({
  root: z
    .string()
    .refine(isRoot, 'must be an absolute path without "..", empty names and control characters')
    .optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  account: z.string().optional(),
  tls: tlsOrStartTlsSchema.optional(),
  dataProtection: z.enum(['private', 'clear']).optional(),
  passive: z.enum(['auto', 'epsv', 'pasv']).optional(),
  names: z.enum(['utf8', 'latin1']).optional(),
});

/** The same, for operators. */
export const entrySettings: EntrySettings = {
  schema: settingsSchema,
  shown: ['root', 'tls', 'dataProtection', 'passive', 'names'],
};

/** A connection's settings. */
export type ConnectionSettings = z.output<typeof settingsSchema>;
