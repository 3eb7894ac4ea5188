// What `/tcp/ping` takes and gives: schemas that check requests and describe them in the OpenAPI document.
import { certificateSchema, problemSchema } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import { MAX_INTERVAL_MS, MAX_PING_COUNT } from '../../ping/limits.ts';

/** The most targets of one request. Four are measured at a time: the platform makes a seventh connection wait. */
export const MAX_TARGETS = 10;

const addressExample = { example: 'db.example.com:5432' };

const timesSchema = z
  .object({
    minMs: z.number(),
    medianMs: z
      .number()
      .openapi({ description: 'With an even number of times, the mean of the two in the middle' }),
    p95Ms: z.number().openapi({ description: 'Nearest rank' }),
    maxMs: z.number(),
    jitterMs: z
      .number()
      .optional()
      .openapi({ description: 'Mean absolute difference of successive times; absent with fewer than two' }),
  })
  .openapi('TcpPingTimes', {
    example: { minMs: 11.9, medianMs: 12.4, p95Ms: 14.2, maxMs: 14.2, jitterMs: 0.8 },
  });

const sampleSchema = z
  .object({
    n: z.number().int().openapi({ description: '1 for the first' }),
    tcpMs: z.number().optional().openapi({ description: 'From dialling to the TCP connection being open' }),
    tlsMs: z.number().optional().openapi({ description: 'From there to the end of the TLS handshake' }),
    error: z
      .string()
      .optional()
      .openapi({ description: 'Why it is lost, as a code', example: 'connect_failed' }),
  })
  .openapi('TcpPingSample');

const targetMembers = {
  address: z
    .string()
    .optional()
    .openapi({ ...addressExample, description: 'For an address of your own, canonical' }),
  connection: z.string().optional().openapi({ example: 'main', description: 'For a named connection' }),
};

const placeMembers = {
  colo: z.string().optional().openapi({
    example: 'AMS',
    description: 'The data centre that took the request, as the platform tells it',
  }),
  placement: z.string().optional().openapi({
    example: 'remote-LHR',
    description: 'The header `cf-placement`, where the Worker has a placement',
  }),
};

const sessionSchema = z
  .object({
    version: z.string().openapi({ example: 'TLSv1.3' }),
    cipher: z.string().openapi({ example: 'TLS_AES_128_GCM_SHA256' }),
    alpn: z.string().optional(),
    resumed: z.boolean(),
    certificates: z
      .array(certificateSchema)
      .openapi({ description: 'What the server sent, its own certificate first' }),
  })
  .openapi('TlsSession');

const measured = {
  sent: z.number().int(),
  received: z.number().int(),
  loss: z.number().openapi({ description: 'From 0 to 1', example: 0 }),
  tcp: timesSchema.optional(),
  tls: timesSchema.optional(),
  session: sessionSchema.optional().openapi({
    description: 'What the last TLS handshake came to, for a connection whose entry has an object "tls"',
  }),
  samples: z
    .array(sampleSchema)
    .optional()
    .openapi({ description: 'All of them; not in the summary of a stream' }),
};

/** One target's figures. */
export const resultSchema = z.object({ ...targetMembers, ...measured, ...placeMembers }).openapi('TcpPing');

/** Several targets'. */
export const batchSchema = z
  .object({
    failed: z.number().int().openapi({ description: 'How many results are problems', example: 0 }),
    results: z.array(
      z.union([
        z.object({ ...targetMembers, ...measured }),
        z.object({ ...targetMembers, error: problemSchema }),
      ]),
    ),
    ...placeMembers,
  })
  .openapi('TcpPings');

const intervalText = 'Milliseconds from the start of one sample to the start of the next';

function wholeNumber(digits: RegExp, min: number, max: number, description: string) {
  const message = `must be from ${min} to ${max}`;
  return z
    .string()
    .regex(digits, { message })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { message })
    .optional()
    .openapi({ type: 'integer', minimum: min, maximum: max, description });
}

/** How an address in the path is measured. */
export const querySchema = z.object({
  tls: z.enum(['0', '1']).optional().openapi({ description: '1: TLS too, with a verified certificate' }),
  count: wholeNumber(
    /^\d{1,3}$/,
    1,
    MAX_PING_COUNT,
    'Samples of each target, one after the other. Default 1',
  ),
  intervalMs: wholeNumber(/^\d{1,5}$/, 0, MAX_INTERVAL_MS, `${intervalText}. Default 0`),
});

/** The same, with the targets beside it. */
export const targetsQuerySchema = querySchema.extend({
  connection: z.string().optional().openapi({ description: 'A named connection, of any protocol' }),
  address: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .openapi({
      type: 'array',
      items: { type: 'string' },
      description: 'An address of your own; may be repeated',
    }),
});

/** The body of `POST /tcp/ping`. */
export const bodySchema = z
  .strictObject({
    targets: z
      .array(
        z.union([z.strictObject({ address: z.string() }), z.strictObject({ connection: z.string() })], {
          error: 'must have either "address" or "connection"',
        }),
      )
      .min(1)
      .max(MAX_TARGETS)
      .openapi({ example: [{ connection: 'main' }, { address: 'db.example.com:5432' }] }),
    tls: z
      .boolean()
      .optional()
      .openapi({ description: 'TLS too, with a verified certificate. Default false' }),
    count: z
      .int()
      .min(1)
      .max(MAX_PING_COUNT)
      .optional()
      .openapi({ description: 'Samples of each target. Default 1' }),
    intervalMs: z
      .number()
      .min(0)
      .max(MAX_INTERVAL_MS)
      .optional()
      .openapi({ description: `${intervalText}. Default 0` }),
  })
  .openapi('TcpPingRequest');
