// What an entry of `FAIRLEAD_CONNECTIONS` may hold for IMAP beside its URL.
import { type EntrySettings, tlsOrStartTlsSchema } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import { isMailboxPattern } from './fence.ts';

/** Unknown settings are refused: a misspelt `mailboxes` would open the whole account. */
export const settingsSchema = z.strictObject({
  mailboxes: z
    .array(
      z
        .string()
        .refine(isMailboxPattern, 'must be a mailbox, in which * stands for anything, as "Archive/*"'),
    )
    .min(1)
    .optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  accessToken: z.string().optional(),
  authorizationIdentity: z.string().optional(),
  mechanisms: z.array(z.string()).optional(),
  authWithoutTls: z.enum(['refuse', 'challenge', 'cleartext']).optional(),
  tls: tlsOrStartTlsSchema.optional(),
  id: z.record(z.string(), z.string()).optional(),
});

/** The same, for operators. */
export const entrySettings: EntrySettings = {
  schema: settingsSchema,
  shown: ['mailboxes', 'mechanisms', 'authWithoutTls', 'tls', 'id'],
};

/** A connection's settings. */
export type ConnectionSettings = z.output<typeof settingsSchema>;
