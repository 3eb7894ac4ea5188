// What an entry of `FAIRLEAD_CONNECTIONS` may hold for MongoDB beside its URL.
import { type EntrySettings, tlsSchema } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import { GRANTS } from './access/fence.ts';
import { NAMESPACE } from './access/namespaces.ts';

const port = z.int().min(1).max(65_535);
const text = z.string().min(1);

/** Unknown settings are refused: a misspelt `collections` would open the whole server. */
export const settingsSchema = z.strictObject({
  collections: z
    .array(z.string().regex(NAMESPACE, 'is not "database.collection" or "database.*"'))
    .min(1)
    .optional(),
  allow: z.array(z.enum(GRANTS)).optional(),
  hostname: text.optional(),
  port: port.optional(),
  /** Further members of the set, beside the URL's host. */
  hosts: z.array(z.strictObject({ hostname: text, port: port.optional() })).optional(),
  username: text.optional(),
  password: text.optional(),
  database: text.optional(),
  authSource: text.optional(),
  authMechanism: z.enum(['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN', 'MONGODB-X509']).optional(),
  tls: tlsSchema.optional(),
  replicaSet: text.optional(),
  directConnection: z.boolean().optional(),
  loadBalanced: z.boolean().optional(),
  appName: text.optional(),
  readPreference: z
    .enum(['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest'])
    .optional(),
  retryReads: z.boolean().optional(),
  retryWrites: z.boolean().optional(),
  connectTimeoutMs: z.number().positive().optional(),
});

/** A connection's settings. */
export type ConnectionSettings = z.output<typeof settingsSchema>;

/** The same, for operators. */
export const entrySettings: EntrySettings = {
  schema: settingsSchema,
  shown: [
    'collections',
    'allow',
    'database',
    'authMechanism',
    'tls',
    'replicaSet',
    'appName',
    'readPreference',
  ],
};
