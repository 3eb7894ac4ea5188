// What `GET /mqtt/subscribe` takes: schemas that check requests and describe them in the OpenAPI document.
import { z } from '@hono/zod-openapi';
import { connectionSchema } from '../broker/settings.ts';
import { publishSchema } from '../publish/schemas.ts';

/** Most filters in one subscription. */
const MAX_FILTERS = 100;
/** Most messages that one subscription delivers before it ends. */
const MAX_LIMIT = 1_000_000;
const DEFAULT_WINDOW = 100;
const MAX_WINDOW = 1000;
const DEFAULT_EXPIRY_SECONDS = 3600;
const MAX_EXPIRY_SECONDS = 604_800;

const SESSION = /^[A-Za-z0-9_-]{1,64}$/;

/** Commands over a WebSocket. */
export const commandSchema = z.union([
  z.strictObject({ ack: z.int().min(1) }),
  z.strictObject({ publish: publishSchema, ref: z.union([z.string().max(200), z.number()]).optional() }),
]);

const wholeNumber = (min: number, max: number, description: string, example?: number) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      message: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number)
    .optional()
    .openapi({
      type: 'integer',
      minimum: min,
      maximum: max,
      description,
      ...(example === undefined ? {} : { example }),
    });

/** The query of `GET /subscribe`. */
export const subscribeSchema = z.strictObject({
  topic: z
    .array(z.string().min(1, 'is empty: a topic filter is expected, such as "harbour/#"'))
    .min(1, 'is missing: a topic filter is expected, such as ?topic=harbour/%23')
    .max(MAX_FILTERS, `may appear ${MAX_FILTERS} times at most`)
    .openapi({
      description:
        'A topic filter: `+` one level, `#` all that follow, `$share/group/filter` shared. Repeatable',
      example: ['harbour/+/wind'],
    }),
  qos: z
    .enum(['0', '1', '2'], { error: 'must be 0, 1 or 2' })
    .default('1')
    .transform((text) => Number(text) as 0 | 1 | 2)
    .openapi({ type: 'integer', description: 'The most that messages are delivered with' }),
  limit: wholeNumber(1, MAX_LIMIT, 'End after so many messages'),
  seconds: wholeNumber(1, 3600, 'End after so much time, up to the operator’s cap, which is the default', 5),
  encoding: z.enum(['auto', 'base64'], { error: 'must be "auto" or "base64"' }).default('auto').openapi({
    description: '`auto`: payloads that are UTF-8 as `payload`, others as `payloadBase64`; `base64`: all so',
  }),
  session: z
    .string()
    .regex(SESSION, 'must be 1 to 64 letters, digits, - and _')
    .optional()
    .openapi({
      description:
        'Keep a session of this name at the broker: messages that come while there is no reader are delivered later. Each token has ' +
        'its own names; a second reader of one session ends the first',
    }),
  expiry: wholeNumber(
    1,
    MAX_EXPIRY_SECONDS,
    `How long the broker keeps the session for the next reader, in seconds. Default ${DEFAULT_EXPIRY_SECONDS}`,
  ),
  window: wholeNumber(
    1,
    MAX_WINDOW,
    `WebSocket: how many messages may be unconfirmed. Default ${DEFAULT_WINDOW}`,
  ),
  connection: connectionSchema,
});

/** A query of `GET /subscribe` that was checked. */
export type SubscribeQuery = z.output<typeof subscribeSchema>;

/** Defaults of the query. */
export const DEFAULTS = { expirySeconds: DEFAULT_EXPIRY_SECONDS, window: DEFAULT_WINDOW } as const;
