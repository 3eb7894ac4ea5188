// What `POST /ssh/exec` takes and gives: schemas that check requests and describe them in the OpenAPI document.
import { fromBase64 } from '@fairlead/bytes';
import { z } from '@hono/zod-openapi';

const MAX_RUN_UNITS = 131_072;

const base64Schema = z
  .string()
  .transform((text, context) => {
    const bytes = fromBase64(text);
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: 'custom', message: 'must be base64 with the standard alphabet and padding' });
    return z.NEVER;
  })
  .openapi({ type: 'string', example: 'DQo=' });

/** Bytes: text stands for its UTF-8 form. */
const bytesSchema = z.union([
  z.string().transform((text) => new TextEncoder().encode(text)),
  z.strictObject({ base64: base64Schema }).transform(({ base64 }) => base64),
]);

/** The body. */
export const bodySchema = z
  .strictObject({
    connection: z.string().min(1).max(64).optional(),
    command: z.string().min(1).max(64).optional().openapi({
      description: 'The name of a command in the connection’s entry',
      example: 'restart',
    }),
    // Not a record of zod's, which leaves a member out that is called `__proto__`.
    params: z
      .custom<Readonly<Record<string, unknown>>>(
        (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
        'must be an object of parameters by name',
      )
      .optional()
      .openapi({
        type: 'object',
        additionalProperties: true,
        description: 'The command’s parameters, by name; each becomes one word of the command line',
        example: { service: 'nginx' },
      }),
    run: z
      .string()
      .min(1)
      .max(MAX_RUN_UNITS)
      .refine((text) => !text.includes('\0'), 'must hold no NUL')
      .optional()
      .openapi({
        description: 'A command line of your own, in place of `command`. Scope `ssh:any:<connection>`',
      }),
    stdin: bytesSchema.optional().openapi({
      description:
        'What the command reads: text or `{"base64"}`. Default: nothing. Named commands read it where their entry says so',
    }),
    encoding: z.enum(['text', 'base64']).optional().openapi({
      description: 'Of the output. Default `text`, which is UTF-8; where it is not, `base64` comes',
    }),
  })
  .openapi('SshExecRequest');

const code = z.number().int().optional().openapi({
  description: 'The exit status; absent where a signal ended the command, or the server says nothing',
  example: 0,
});
const signal = z
  .string()
  .optional()
  .openapi({ description: 'The signal that ended it, without `SIG`', example: 'TERM' });
const encoding = z.enum(['text', 'base64']);

/** The answer as one document. */
export const resultSchema = z
  .object({
    code,
    signal,
    stdout: z.string().openapi({ example: 'active\n' }),
    stderr: z.string().openapi({ example: '' }),
    encoding: encoding.openapi({ description: 'What `stdout` and `stderr` are' }),
  })
  .openapi('SshExec');

/** An event of the answer while the command runs. */
export const eventSchema = z
  .union([
    z.object({ event: z.literal('started') }),
    z.object({ event: z.enum(['stdout', 'stderr']), data: z.string(), encoding }),
    z.object({ event: z.literal('exit'), code, signal }),
  ])
  .openapi('SshExecEvent');

/** The query of `GET /ssh/commands`. */
export const commandsQuery = z.object({
  connection: z.string().min(1).max(64).optional().openapi({ description: 'A named connection' }),
});

/** A command of a connection's entry, without its text. */
export const commandSchema = z
  .object({
    name: z.string().openapi({ example: 'restart' }),
    stdin: z.boolean().openapi({ description: 'Whether it reads what a caller sends' }),
    timeoutMs: z.number().int().optional().openapi({ description: 'The most time that it may take' }),
    params: z.array(
      z.object({
        name: z.string().openapi({ example: 'service' }),
        type: z.string().openapi({ example: 'text' }),
        isRequired: z.boolean(),
        description: z.string().optional(),
        enum: z.array(z.string()).optional(),
      }),
    ),
  })
  .openapi('SshCommand');

/** The answer of `GET /ssh/commands`. */
export const commandsSchema = z.object({ commands: z.array(commandSchema) }).openapi('SshCommands');

/** A checked body. */
export type ExecRequest = z.output<typeof bodySchema>;
/** The answer as one document. */
export type ExecResult = z.output<typeof resultSchema>;
/** An event. */
export type ExecEvent = z.output<typeof eventSchema>;
/** How output is written. */
export type OutputEncoding = z.output<typeof encoding>;
