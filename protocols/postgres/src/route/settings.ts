// What an entry of `FAIRLEAD_CONNECTIONS` may hold for Postgres, as a schema: for the check and the view of the settings. The
// client itself checks what it is given.
import { type EntrySettings, tlsOrModeSchema } from '@fairlead/http';
import { z } from '@hono/zod-openapi';

const port = z.int().min(1).max(65_535);
const milliseconds = z.number().positive();
const count = z.int().min(1);

/** The options of `connect` that JSON can hold, but for those that each request sets. */
export const entrySettings: EntrySettings = {
  schema: z.strictObject({
    /** A role or a replica for tokens that may only read. */
    readUrl: z.string().optional(),
    hostname: z.string().optional(),
    port: port.optional(),
    hosts: z
      .array(z.strictObject({ hostname: z.string(), port: port.optional() }))
      .min(1)
      .optional(),
    targetSessionAttrs: z
      .enum(['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'])
      .optional(),
    loadBalanceHosts: z.enum(['disable', 'random']).optional(),
    username: z.string().optional(),
    password: z.string().optional(),
    database: z.string().optional(),
    tls: tlsOrModeSchema.optional(),
    channelBinding: z.enum(['disable', 'prefer', 'require']).optional(),
    applicationName: z.string().optional(),
    parameters: z.record(z.string(), z.string()).optional(),
    requireAuth: z.array(z.enum(['none', 'password', 'md5', 'scram-sha-256'])).optional(),
    allowCleartextPassword: z.boolean().optional(),
    eager: z.boolean().optional(),
    maxProtocolVersion: z.enum(['3.0', '3.2', 'latest']).optional(),
    connectTimeoutMs: milliseconds.optional(),
    limits: z
      .strictObject({
        maxRows: count.optional(),
        maxBytes: count.optional(),
        maxRowBytes: count.optional(),
      })
      .optional(),
  }),
  shown: [
    'targetSessionAttrs',
    'loadBalanceHosts',
    'database',
    'applicationName',
    'requireAuth',
    'channelBinding',
    'maxProtocolVersion',
  ],
};
