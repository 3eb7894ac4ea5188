// `POST /imap/append`: a message as it comes from the caller, into a mailbox.

import { FairleadError, isFairleadError } from '@fairlead/errors';
import {
  audit,
  HttpProblem,
  jsonText,
  type RouteContext,
  readBody,
  requestLimit,
  streamBody,
  withClient,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { append } from '../../messages/append.ts';
import type { AppendBody } from '../../types/messages.ts';
import { imapTarget, JSON_TYPE, problemsOfChanges, tagged } from '../target/connection.ts';
import { allowedMailbox } from '../target/fence.ts';
import { connection, flags, mailbox } from '../target/schemas.ts';

/** The query parameters. */
export const appendQuery = z.strictObject({
  connection,
  mailbox,
  flags: z
    .string()
    .max(2000)
    .default('')
    .transform((text) => text.split(/[ ,]/).filter((flag) => flag !== ''))
    .pipe(flags)
    .openapi({ type: 'string', description: 'With commas between them', example: '\\Seen' }),
  date: z.iso
    .datetime({ offset: true, message: 'must be a time as 2026-01-31T12:00:00Z' })
    .transform((text) => new Date(text))
    .optional()
    .openapi({ type: 'string', format: 'date-time', description: 'When it arrived. Default: now' }),
});

/** The parameters of the route. */
export type AppendQuery = z.output<typeof appendQuery>;

const resultSchema = z
  .object({
    uidValidity: z.int().optional(),
    uid: z.int().optional().openapi({ description: 'Missing where the server does not say it (UIDPLUS)' }),
  })
  .openapi('ImapAppendResult');

/** The route's description for the OpenAPI document. */
export const appendRoute = createRoute({
  ...tagged,
  method: 'post',
  path: '/append',
  operationId: 'append',
  summary: 'Add a message to a mailbox',
  description:
    'Scope `imap:write:<connection>`. The body is the message, with CR LF at the end of each line. With a Content-Length it is passed ' +
    'on as it comes, up to `maxStreamBytes`; without one it is gathered first, up to `maxBodyBytes`, since IMAP wants its size first.',
  request: {
    query: appendQuery,
    body: {
      required: true,
      content: {
        'message/rfc822': {
          schema: z.string().openapi({ format: 'binary' }),
          example: 'From: ann@example.com\r\nSubject: Ahoy\r\n\r\nThe Aurora is in.\r\n',
        },
      },
    },
  },
  responses: {
    200: { description: 'The server has the message', content: { [JSON_TYPE]: { schema: resultSchema } } },
    ...problemsOfChanges,
  },
});

/** Answers `POST /imap/append`. @throws HttpProblem 400, 408, 413; FairleadError as `append`. */
export async function postAppend(c: RouteContext, query: AppendQuery): Promise<Response> {
  const target = imapTarget(c, 'write', query.connection);
  const name = allowedMailbox(target.mailboxes, query.mailbox, 'query.mailbox');
  const limit = requestLimit(c, c.get('config').limits.maxTimeoutMs);
  const message = await messageOf(c, limit);
  audit(c, { action: 'append' });
  const { flags: own, date } = query;
  try {
    const result = await withClient(
      c,
      target.open,
      (imap) => append(imap, name, message, { flags: own, internalDate: date }),
      limit,
    );
    return c.newResponse(jsonText(result), 200, { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' });
  } catch (error) {
    // The request's own stream failed: its problem is the answer.
    throw isFairleadError(error) && error.cause instanceof HttpProblem ? error.cause : error;
  }
}

/** @throws HttpProblem 400 for no message; FairleadError `limit`. */
async function messageOf(c: RouteContext, limit: ReturnType<typeof requestLimit>): Promise<AppendBody> {
  const length = c.req.header('Content-Length') ?? '';
  const size = /^\d{1,15}$/.test(length) && !c.req.header('Transfer-Encoding') ? Number(length) : undefined;
  const { maxStreamBytes } = c.get('config').limits;
  if (size !== undefined && size > maxStreamBytes) {
    const text = `The request body is larger than ${maxStreamBytes} bytes (maxStreamBytes).`;
    throw new FairleadError('limit', text, { safeToRetry: true });
  }
  const message = size === undefined ? await readBody(c) : { size, stream: streamBody(c, limit) };
  const bytes = message instanceof Uint8Array ? message.length : size;
  if (bytes !== 0) return message;
  throw new HttpProblem('invalid', 'The body is empty: a message is expected.');
}
