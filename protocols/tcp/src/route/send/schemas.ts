// What `POST /tcp/send` takes and gives: schemas that check requests and describe them in the OpenAPI document.
import { fromBase64, fromHex } from '@fairlead/bytes';
import { z } from '@hono/zod-openapi';
import { MAX_PATTERN_BYTES } from '../../send/limits.ts';

/** Text in an encoding of bytes. */
function encoded(
  decode: (text: string) => Uint8Array<ArrayBuffer> | undefined,
  message: string,
  example: string,
) {
  return z
    .string()
    .transform((text, context) => {
      const bytes = decode(text);
      if (bytes !== undefined) return bytes;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .openapi({ type: 'string', example });
}

const hexSchema = encoded(fromHex, 'must be pairs of hexadecimal digits', '0d0a');
const base64Schema = encoded(fromBase64, 'must be base64 with the standard alphabet and padding', 'DQo=');

/** Bytes: text stands for its UTF-8 form. */
const bytesSchema = z.union([
  z.string().transform((text) => new TextEncoder().encode(text)),
  z.strictObject({ hex: hexSchema }).transform(({ hex }) => hex),
  z.strictObject({ base64: base64Schema }).transform(({ base64 }) => base64),
]);

const milliseconds = z.number().min(1).max(3_600_000);

/** The body. */
export const bodySchema = z
  .strictObject({
    address: z.string().optional().openapi({
      example: 'whois.example.com:43',
      description: 'An address of your own; else a connection is used',
    }),
    connection: z.string().optional().openapi({ description: 'A named connection, of any protocol' }),
    data: bytesSchema.optional().openapi({
      description: 'What is sent: text, `{"hex"}` or `{"base64"}`. Without it the server speaks first',
      example: 'example.com\r\n',
    }),
    end: z.boolean().optional().openapi({ description: 'End this direction behind the data. Default false' }),
    tls: z.boolean().optional().openapi({ description: 'TLS from the first byte, verified. Default false' }),
    until: z
      .strictObject({
        bytes: z.int().min(1).optional().openapi({ description: 'So many bytes have come' }),
        pattern: bytesSchema.optional().openapi({
          description: `These bytes have come, at most ${MAX_PATTERN_BYTES}: text, \`{"hex"}\` or \`{"base64"}\``,
          example: '\r\n',
        }),
        silentMs: milliseconds.optional().openapi({ description: 'Nothing has come for so long' }),
        totalMs: milliseconds.optional().openapi({ description: 'So much time has passed' }),
      })
      .optional()
      .openapi({ description: 'What ends the answer before the server does, whichever is first' }),
    maxBytes: z.int().min(1).optional().openapi({
      description: 'Where a longer answer is cut; at most the limit `maxResultBytes`. Default 1,048,576',
    }),
    encoding: z.enum(['text', 'latin1', 'hex', 'base64']).optional().openapi({
      description: 'Of the answer. Default `text`, which is UTF-8; where it is not, `base64` comes',
    }),
  })
  .openapi('TcpSendRequest');

/** The answer. */
export const resultSchema = z
  .object({
    address: z.string().optional().openapi({ example: 'whois.example.com:43', description: 'Canonical' }),
    connection: z.string().optional(),
    data: z.string().openapi({ example: 'Domain Name: EXAMPLE.COM\r\n' }),
    encoding: z.enum(['text', 'latin1', 'hex', 'base64']).openapi({ description: 'What `data` is' }),
    bytes: z.number().int().openapi({ description: 'The length of the answer', example: 26 }),
    endedBy: z.enum(['close', 'bytes', 'pattern', 'silentMs', 'totalMs', 'maxBytes']).openapi({
      description: '`close`: the server ended the stream',
    }),
    connectMs: z.number().openapi({ description: 'To the open connection, TLS included' }),
    firstByteMs: z
      .number()
      .optional()
      .openapi({ description: 'From there to the first bytes of the answer' }),
    totalMs: z.number(),
  })
  .openapi('TcpSend');

/** How the answer's bytes are written. */
export type AnswerEncoding = z.output<typeof resultSchema>['encoding'];

/** A checked body. */
export type SendRequest = z.output<typeof bodySchema>;
