// What the query of `GET /ssh/shell` says: the terminal, and times. Data only.
import { z } from '@hono/zod-openapi';

/** The most columns and rows of a terminal. */
const MAX_CELLS = 10_000;

const whole = (description: string, max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'is a whole number above 0')
    .transform(Number)
    .refine((number) => number <= max, `must be at most ${max}`)
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: max, description });

const MAX_SECONDS = 9_999_999;

/** The query. */
export const shellQuerySchema = z.object({
  connection: z.string().optional().openapi({ description: 'A named connection' }),
  term: z
    .string()
    .regex(/^[A-Za-z0-9][\w.+-]{0,63}$/, 'is not the name of a terminal')
    .optional()
    .openapi({ description: 'The value of TERM. Default `xterm-256color`', example: 'xterm-256color' }),
  columns: whole('Default 80', MAX_CELLS),
  rows: whole('Default 24', MAX_CELLS),
  problems: z
    .enum(['status', 'message'])
    .optional()
    .openapi({
      description:
        'How a shell that does not open is told. Default `status`: by the answer to the upgrade, which pages in browsers cannot read. ' +
        '`message`: the WebSocket opens, and `{ "problem" }` and a close code come',
    }),
  seconds: whole('How long the shell lives; at most, and by default, `maxTunnelMs`', MAX_SECONDS),
  idleSeconds: whole(
    'How long it may carry nothing; at most, and by default, `maxTunnelIdleMs`',
    MAX_SECONDS,
  ),
});

/** What the handler gets of it. */
export type ShellQuery = z.output<typeof shellQuerySchema>;

const cells = z.int().min(1).max(MAX_CELLS);

/** A text message of the caller. */
export const messageSchema = z.union([
  z.strictObject({ resize: z.strictObject({ columns: cells, rows: cells }) }),
  z.strictObject({ received: z.int().min(0) }),
]);
