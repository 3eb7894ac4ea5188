// What `GET /settings` answers, as a schema for the OpenAPI document.
import { z } from '@hono/zod-openapi';

const members = z.record(z.string(), z.unknown());
const secret = z.union([z.literal('***'), z.strictObject({ secret: z.string() })]);

/** The answer of `GET /settings`. */
export const settingsSchema = z
  .object({
    tokens: z.array(
      members.openapi({ description: 'Each with its name and scopes, without token and digest' }),
    ),
    connections: z.array(
      z.object({
        name: z.string(),
        variable: z.string().openapi({ example: 'FAIRLEAD_CONNECTIONS' }),
        protocol: z.string(),
        host: z.string(),
        port: z.number().int(),
        url: secret,
        pool: z.union([z.literal(false), members]),
        options: members.openapi({
          description: 'Text that may be secret as `***`, or as the name of its secret',
        }),
      }),
    ),
    targets: z.array(z.string()),
    limits: z.record(z.string(), z.number()).openapi({ description: 'With their defaults' }),
    cors: z.array(z.string()),
    others: members.openapi({ description: 'Further FAIRLEAD_* variables, their text hidden' }),
    secrets: z.array(z.string()).openapi({ description: 'The secrets that the settings name' }),
    bindings: z.array(z.object({ name: z.string(), kind: z.string() })),
  })
  .openapi('Settings');

/** What `GET /settings` shows. */
export type SettingsView = z.output<typeof settingsSchema>;
