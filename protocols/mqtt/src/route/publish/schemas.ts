// What `POST /mqtt/publish` takes and gives: schemas that check requests and describe them in the OpenAPI document.
import { z } from '@hono/zod-openapi';
import { connectionSchema } from '../broker/settings.ts';

/** Most messages in one batch. */
const MAX_MESSAGES = 1000;

/** A quality of service in JSON. */
const qosSchema = z.union([z.literal(0), z.literal(1), z.literal(2)], { error: 'must be 0, 1 or 2' });

/** The document says it as a list of two: a tuple of JSON Schema has no `items`, which many tools ask for. */
const pairSchema = z
  .tuple([z.string(), z.string()])
  .openapi({ type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 });

const userPropertiesSchema = z.array(pairSchema).openapi({
  description: 'Pairs of name and value; a name may appear more than once',
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

function needsTopic({ input }: { readonly input?: unknown }): string {
  return input === undefined
    ? 'is missing: the topic to publish to, such as "harbour/wind"'
    : 'must be text: the topic to publish to';
}

const messageShape = {
  topic: z.string({ error: needsTopic }).openapi({ example: 'harbour/rotterdam/wind' }),
  payload: z.string().optional().openapi({ description: 'Text. Default: empty', example: '{"knots":12}' }),
  payloadBase64: z.string().optional().openapi({ description: 'Bytes, in place of `payload`' }),
  qos: qosSchema.default(1).openapi({
    description: 'Default 1: the answer comes when the broker has the message. 0 waits for nothing',
  }),
  retain: z.boolean().default(false),
  properties: propertiesSchema.optional(),
};

const ONE_PAYLOAD = { message: 'has both "payload" and "payloadBase64"' };

function hasAtMostOnePayload(message: {
  payload?: string | undefined;
  payloadBase64?: string | undefined;
}): boolean {
  return message.payload === undefined || message.payloadBase64 === undefined;
}

/** One message of a batch, or of a command over a WebSocket. */
export const publishSchema = z
  .strictObject(messageShape)
  .refine(hasAtMostOnePayload, ONE_PAYLOAD)
  .openapi('MqttPublish');

/** One message to publish. */
export type PublishRequest = z.output<typeof publishSchema>;

/** One message, with the connection beside it. */
export const singleSchema = z
  .strictObject({ ...messageShape, connection: connectionSchema })
  .refine(hasAtMostOnePayload, ONE_PAYLOAD);

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
    reasonCode: z.number().int().openapi({
      description: '0, or 16 where the topic has no subscribers and the broker says so',
      example: 0,
    }),
    reasonString: z.string().optional(),
    userProperties: userPropertiesSchema.optional(),
    qos: qosSchema.optional().openapi({
      description: 'Where a broker of MQTT 3.1.1 took QoS 2 as QoS 1',
    }),
  })
  .openapi('MqttPublished');
