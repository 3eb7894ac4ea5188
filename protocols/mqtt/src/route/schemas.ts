// What the MQTT routes take and give: schemas that check requests and describe them in the OpenAPI document. Data only.
import { z } from '@hono/zod-openapi';
import { assertFilter } from '../wire/topic.ts';
import { BROKER_KINDS } from './broker/broker-kinds.ts';

/** Most messages in one batch, and most filters in one subscription. */
const MAX_MESSAGES = 1000;
const MAX_FILTERS = 100;
/** Most messages that one subscription delivers before it ends. */
const MAX_LIMIT = 1_000_000;
const DEFAULT_WINDOW = 100;
const MAX_WINDOW = 1000;
const DEFAULT_EXPIRY_SECONDS = 3600;
const MAX_EXPIRY_SECONDS = 604_800;

const SESSION = /^[A-Za-z0-9_-]{1,64}$/;

const qosSchema = z.union([z.literal(0), z.literal(1), z.literal(2)]);

const userPropertiesSchema = z.array(z.tuple([z.string(), z.string()])).openapi({
  description: 'Pairs of name and value; a name may stand more than once',
  example: [['trace', 'abc']],
});

const propertiesSchema = z
  .strictObject({
    payloadIsText: z.boolean().optional(),
    messageExpirySeconds: z.int().min(0).max(0xffff_ffff).optional(),
    contentType: z.string().optional(),
    responseTopic: z.string().optional(),
    correlationDataBase64: z.string().optional(),
    userProperties: userPropertiesSchema.optional(),
  })
  .openapi({ description: 'Properties of MQTT 5' });

const messageShape = {
  topic: z.string().openapi({ example: 'harbour/rotterdam/wind' }),
  payload: z.string().optional().openapi({ description: 'Text. Default: empty', example: '{"knots":12}' }),
  payloadBase64: z.string().optional().openapi({ description: 'Bytes, in place of `payload`' }),
  qos: qosSchema.default(1).openapi({
    description: 'Default 1: the answer comes when the broker has the message. 0 waits for nothing',
  }),
  retain: z.boolean().default(false),
  properties: propertiesSchema.optional(),
};

const ONE_PAYLOAD = { message: 'has both "payload" and "payloadBase64"' };

function hasOnePayload(message: {
  payload?: string | undefined;
  payloadBase64?: string | undefined;
}): boolean {
  return message.payload === undefined || message.payloadBase64 === undefined;
}

const publishSchema = z.strictObject(messageShape).refine(hasOnePayload, ONE_PAYLOAD).openapi('MqttPublish');

/** One message to publish. */
export type PublishRequest = z.output<typeof publishSchema>;

const connectionSchema = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .openapi({ description: 'A named connection. Default: the configured default' });

/** One message, with the connection beside it. */
export const singleSchema = z
  .strictObject({ ...messageShape, connection: connectionSchema })
  .refine(hasOnePayload, ONE_PAYLOAD);

/** Several messages. */
export const batchSchema = z.strictObject({
  messages: z.array(publishSchema).min(1).max(MAX_MESSAGES),
  connection: connectionSchema,
});

/** The body of `POST /publish`, for the document. */
export const publishBodySchema = z.union([singleSchema, batchSchema]);

/** What the broker said of one message. */
export const resultSchema = z
  .object({
    reasonCode: z
      .number()
      .int()
      .openapi({ description: '0, or 16 where nobody subscribes and the broker says so', example: 0 }),
    reasonString: z.string().optional(),
    userProperties: userPropertiesSchema.optional(),
    qos: qosSchema.optional().openapi({
      description: 'Where a broker of MQTT 3.1.1 took QoS 2 as QoS 1',
    }),
  })
  .openapi('MqttPublished');

/** Commands over a WebSocket. */
export const commandSchema = z.union([
  z.strictObject({ ack: z.int().min(1) }),
  z.strictObject({ publish: publishSchema, ref: z.union([z.string().max(200), z.number()]).optional() }),
]);

const wholeNumber = (min: number, max: number, description: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, { message: `must be from ${min} to ${max}` })
    .optional()
    .openapi({ type: 'integer', minimum: min, maximum: max, description });

/** The query of `GET /subscribe`. */
export const subscribeSchema = z.strictObject({
  topic: z
    .array(z.string().min(1))
    .min(1)
    .max(MAX_FILTERS)
    .openapi({
      description:
        'A topic filter: `+` one level, `#` all that follow, `$share/group/filter` shared. Repeatable',
      example: ['harbour/+/wind'],
    }),
  qos: z
    .enum(['0', '1', '2'])
    .default('1')
    .transform((text) => Number(text) as 0 | 1 | 2)
    .openapi({ type: 'integer', description: 'The most that messages are delivered with' }),
  limit: wholeNumber(1, MAX_LIMIT, 'End after so many messages'),
  seconds: wholeNumber(1, 3600, 'End after so much time, up to the operator’s cap, which is the default'),
  encoding: z.enum(['auto', 'base64']).default('auto').openapi({
    description: '`auto`: payloads that are UTF-8 as `payload`, others as `payloadBase64`; `base64`: all so',
  }),
  session: z
    .string()
    .regex(SESSION, 'is not of letters, digits, - and _, 64 at most')
    .optional()
    .openapi({
      description:
        'Keep a session of this name at the broker: what comes while nobody reads is delivered later. Each token has ' +
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

/** A subscription that was asked for. */
export type SubscribeQuery = z.output<typeof subscribeSchema>;

/** What is taken where the query says nothing. */
export const DEFAULTS = { expirySeconds: DEFAULT_EXPIRY_SECONDS, window: DEFAULT_WINDOW } as const;

/** What an entry of `FAIRLEAD_CONNECTIONS` may hold beside its URL. */
export const settingsSchema = z.object({
  username: z.string().optional(),
  password: z.string().optional(),
  protocolVersion: z.union([z.literal(4), z.literal(5)]).optional(),
  keepAliveSeconds: z.int().min(0).max(65_535).optional(),
  maxPacketBytes: z.int().min(16).optional(),
  clientIdPrefix: z.string().max(64).optional(),
  topics: z.array(z.string().min(1).refine(isFilter, { message: 'is not a topic filter' })).optional(),
  /** What the broker does with topics, which `topics` must know. */
  broker: z.enum(BROKER_KINDS).optional(),
});

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
