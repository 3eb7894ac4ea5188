// What an entry of `FAIRLEAD_CONNECTIONS` may hold for MySQL, as a schema: for the check and the view of the settings. The
// client itself checks what it is given.
import { type EntrySettings, tlsSchema } from '@fairlead/http';
import { z } from '@hono/zod-openapi';

const count = z.int().min(1);

/** The options of `connect` that JSON can hold, but for those that each request sets. */
export const entrySettings: EntrySettings = {
  schema: z.strictObject({
    /** A role or a replica for tokens that may only read. */
    readUrl: z.string().optional(),
    hostname: z.string().optional(),
    port: z.int().min(1).max(65_535).optional(),
    username: z.string().optional(),
    password: z.string().optional(),
    database: z.string().optional(),
    tls: tlsSchema.optional(),
    applicationName: z.string().optional(),
    requireAuth: z
      .array(
        z.enum([
          'caching_sha2_password',
          'sha256_password',
          'mysql_native_password',
          'client_ed25519',
          'parsec',
          'mysql_clear_password',
        ]),
      )
      .optional(),
    allowCleartextPassword: z.boolean().optional(),
    allowPublicKeyRetrieval: z.boolean().optional(),
    connectTimeoutMs: z.number().positive().optional(),
    timeZone: z.enum(['utc', 'session']).optional(),
    prepare: z.boolean().optional(),
    limits: z
      .strictObject({
        maxRows: count.optional(),
        maxBytes: count.optional(),
        maxPacketBytes: count.optional(),
      })
      .optional(),
  }),
  shown: ['database', 'applicationName', 'requireAuth', 'timeZone'],
};
