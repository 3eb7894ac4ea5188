// What `GET /settings/check` answers, as a schema for the OpenAPI document.
import { z } from '@hono/zod-openapi';

/** The answer of `GET /settings/check`. */
export const checkSchema = z
  .object({
    connect: z.boolean().openapi({ description: 'Whether each connection was tried' }),
    errors: z.number().int(),
    warnings: z.number().int(),
    findings: z.array(
      z.object({
        level: z.enum(['error', 'warning']).openapi({
          description:
            '`error`: the gateway or the connection does not work so. `warning`: it does, and should be another way',
        }),
        key: z.string().openapi({
          description: 'The setting and the place in it',
          example: 'FAIRLEAD_CONNECTIONS.main.url',
        }),
        message: z.string().openapi({ description: 'What is wrong' }),
        fix: z.string().openapi({ description: 'What to do about it' }),
      }),
    ),
  })
  .openapi('SettingsCheck');
