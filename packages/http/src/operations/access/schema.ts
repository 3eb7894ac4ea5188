// What `GET /access` answers, as a schema for the OpenAPI document.
import { z } from '@hono/zod-openapi';

const actionsByProtocol = z.record(z.string(), z.array(z.string()));

const connectionSchema = z.object({
  name: z.string(),
  protocol: z.string(),
  isDefault: z.boolean().openapi({
    description: 'Whether a request of this token that names no connection of the protocol means this one',
  }),
  scopes: actionsByProtocol.openapi({
    description: 'What the token may do there: actions by the first part of their scopes',
    example: { ssh: ['exec'], sftp: ['read', 'write'], tcp: ['ping'] },
  }),
  pooled: z.boolean().openapi({ description: 'Whether its connections are kept between requests' }),
  host: z.string().optional().openapi({ description: 'Only with `admin:connections` of the connection' }),
  port: z.number().int().optional(),
});

const querySchema = z.object({
  name: z.string(),
  protocol: z.string(),
  path: z.string().openapi({ example: '/pg/q/deep-harbours' }),
  connection: z
    .string()
    .optional()
    .openapi({ description: 'Only where the token may do something with the connection itself' }),
  readOnly: z.boolean().openapi({ description: 'Whether GET runs it too' }),
  description: z.string().optional(),
  params: z.array(
    z.object({
      name: z.string(),
      type: z.string().openapi({ example: 'integer' }),
      isRequired: z.boolean(),
      description: z.string().optional(),
      enum: z.array(z.string()).optional(),
    }),
  ),
});

/** The answer of `GET /access`. */
export const accessSchema = z
  .object({
    name: z.string().openapi({ description: 'Of the token; of a JWT `jwt:` and its subject' }),
    scopes: z.array(z.string()).openapi({ example: ['pg:read:main'] }),
    expiresAt: z.iso.datetime().optional(),
    maxRows: z
      .number()
      .int()
      .optional()
      .openapi({ description: 'Rows of any result, where the token has a cap' }),
    connections: z
      .array(connectionSchema)
      .openapi({ description: 'Those that the token may use in some way' }),
    queries: z.array(querySchema).openapi({ description: 'The named queries that the token may run' }),
    targets: z.array(z.string()).openapi({
      description: 'Addresses that callers may choose, where the token has a scope for that',
      example: ['*.example.com:443'],
    }),
    targetScopes: actionsByProtocol.openapi({
      description: 'What the token may do with such an address: actions by the first part of their scopes',
    }),
    admin: z.array(z.string()).openapi({
      description: 'What the token may do as an operator, for all connections',
      example: ['connections', 'metrics'],
    }),
    limits: z.record(z.string(), z.number()).openapi({
      description: 'The limits of requests and results, as they hold for this token',
    }),
    version: z.string().optional().openapi({ description: 'Of the gateway' }),
  })
  .openapi('Access');

/** What `GET /access` shows. */
export type AccessView = z.output<typeof accessSchema>;
