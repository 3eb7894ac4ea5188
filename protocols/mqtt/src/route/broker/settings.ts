// An MQTT connection's settings, and how requests name a connection: schemas only.
import { type EntrySettings, tlsWishesSchema } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import { assertFilter } from '../../wire/topic.ts';
import { BROKER_KINDS } from './broker-kinds.ts';

/** The name of a connection in a request. */
export const connectionSchema = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .openapi({ description: 'A named connection. Default: the configured default' });

/**
 * The members of an entry of `FAIRLEAD_CONNECTIONS`, besides its URL. Unknown ones are refused: a misspelt `topics` would allow
 * all of them.
 */
export const settingsSchema = z.strictObject({
  username: z.string().optional(),
  password: z.string().optional(),
  protocolVersion: z.union([z.literal(4), z.literal(5)]).optional(),
  keepAliveSeconds: z.int().min(0).max(65_535).optional(),
  maxPacketBytes: z.int().min(16).optional(),
  /** The URL says whether TLS is on; an object turns it on, too. */
  tls: tlsWishesSchema.optional(),
  clientIdPrefix: z.string().max(64).optional(),
  topics: z.array(z.string().min(1).refine(isFilter, { message: 'is not a topic filter' })).optional(),
  /** The kind of broker: how it reads topics, for `topics`. */
  broker: z.enum(BROKER_KINDS).optional(),
});

/** The same, for operators. */
export const entrySettings: EntrySettings = {
  schema: settingsSchema,
  shown: ['clientIdPrefix', 'topics', 'broker'],
};

function isFilter(text: string): boolean {
  try {
    assertFilter(text);
    return true;
  } catch {
    return false;
  }
}

/** The operator's settings of a connection. */
export type Settings = z.output<typeof settingsSchema>;
