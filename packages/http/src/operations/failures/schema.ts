// What `GET /errors` answers, as a schema for the OpenAPI document.
import { z } from '@hono/zod-openapi';

/** The answer of `GET /errors`. */
export const errorsSchema = z
  .object({
    scope: z.literal('isolate').openapi({
      description:
        'What follows is of the one isolate that answers; others of the same Worker keep their own',
    }),
    isolate: z.object({
      startedAt: z.iso.datetime().openapi({ description: 'When it had its first request' }),
      requests: z
        .number()
        .int()
        .optional()
        .openapi({ description: 'How many it has answered; only with `admin:metrics` of all connections' }),
    }),
    errors: z
      .array(
        z.object({
          time: z.iso.datetime().openapi({ description: 'When the request was over' }),
          requestId: z.string(),
          method: z.string(),
          path: z.string().openapi({
            description: 'The template of the path, without what the caller put into it',
            example: '/redis/*',
          }),
          protocol: z.string(),
          connection: z
            .string()
            .optional()
            .openapi({ description: '`@` for an address of the caller’s own; absent where it came to none' }),
          token: z.string().optional().openapi({ description: 'The token’s name, where one was known' }),
          status: z.number().int().openapi({ description: '200 where a stream failed after its head' }),
          code: z.string().optional(),
          safeToRetry: z.boolean().optional(),
          ms: z.number().int().openapi({ description: 'From the request’s arrival to its end' }),
        }),
      )
      .openapi({ description: 'The newest first, at most 100, of which 20 are without a known token' }),
  })
  .openapi('Errors');

/** What `GET /errors` shows. */
export type ErrorsView = z.output<typeof errorsSchema>;
