// What a tunnel's query says: TLS and times. Data only.
import { z } from '@hono/zod-openapi';

const seconds = (description: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'is a whole number above 0')
    .transform(Number)
    .optional()
    .openapi({ type: 'integer', minimum: 1, description });

/** The query of every tunnel. */
export const tunnelQuerySchema = z.object({
  tls: z.enum(['0', '1', 'postgres']).optional().openapi({
    description:
      '1: TLS from the gateway to the server, with a verified certificate; `postgres`: the same behind an SSLRequest. Default: the bytes go as they are',
  }),
  seconds: seconds('How long the tunnel lives; at most, and by default, `maxTunnelMs`'),
  idleSeconds: seconds('How long it may carry nothing; at most, and by default, `maxTunnelIdleMs`'),
});

/** What the handler gets of it. */
export type TunnelQuery = z.output<typeof tunnelQuerySchema>;
