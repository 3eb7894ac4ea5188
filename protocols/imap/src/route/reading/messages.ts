// `GET /imap/messages`: envelopes, flags and structures, as one document within the operator's caps or as NDJSON.
import { FairleadError } from '@fairlead/errors';
import { jsonText, NDJSON_TYPE, type RouteContext, streamWithClient } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import type { ImapClient } from '../../types/client.ts';
import { answerJson, imapTarget, JSON_TYPE, problems, tagged, wantsLines } from '../target/connection.ts';
import { allowedMailbox } from '../target/fence.ts';
import { connection, mailbox, numberText, uidSet, uidValidityText } from '../target/schemas.ts';
import { DEFAULT_ITEMS, ITEMS, isItem, messageSchema, plainMessage } from './message.ts';

const MAX_NEWEST = 1_000_000;
const NEWEST = 20;

/** The query parameters. */
export const messagesQuery = z
  .strictObject({
    connection,
    mailbox,
    uid: uidSet.optional(),
    uidValidity: uidValidityText,
    newest: numberText(
      MAX_NEWEST,
      `So many at the end of the mailbox, where no \`uid\` is given. Default: ${NEWEST}`,
    ).optional(),
    items: z
      .string()
      .max(200)
      .optional()
      .transform((text) => text?.split(',').filter((item) => item !== '') ?? DEFAULT_ITEMS)
      .refine((items) => items.every(isItem), `must be some of ${ITEMS.join(',')}`)
      .transform((items) => items.filter(isItem))
      .openapi({
        type: 'string',
        description: `What to tell of each: ${ITEMS.join(', ')}. Default: ${DEFAULT_ITEMS.join(',')}`,
      }),
  })
  .refine(({ uid, newest }) => uid === undefined || newest === undefined, {
    path: ['newest'],
    message: 'stands beside uid: give one of them',
  });

/** The parameters of the messages' route. */
export type MessagesQuery = z.output<typeof messagesQuery>;

const messagesSchema = z
  .object({
    uidValidity: z.int(),
    exists: z.int().openapi({ description: 'How many messages the mailbox holds' }),
    messages: z.array(messageSchema),
  })
  .openapi('ImapMessages');

/** The route's description for the OpenAPI document. */
export const messagesRoute = createRoute({
  ...tagged,
  method: 'get',
  path: '/messages',
  operationId: 'messages',
  summary: 'Read envelopes, flags and structures',
  description:
    'Scope `imap:read:<connection>`. In the order of the mailbox. Nothing becomes seen. UIDs that do not exist are left out. With ' +
    '`Accept: application/x-ndjson` a message a line, without a limit.',
  request: { query: messagesQuery },
  responses: {
    200: {
      description: 'The messages',
      content: { [JSON_TYPE]: { schema: messagesSchema }, [NDJSON_TYPE]: { schema: messageSchema } },
    },
    ...problems,
  },
});

/** Answers `GET /imap/messages`. @throws HttpProblem 400; FairleadError as `fetch`, and `limit`. */
export function getMessages(c: RouteContext, query: MessagesQuery): Promise<Response> {
  const target = imapTarget(c, 'read', query.connection);
  const own = { ...query, mailbox: allowedMailbox(target.mailboxes, query.mailbox, 'query.mailbox') };
  const tokenMax = c.get('access').limits.maxRows;
  if (wantsLines(c)) return streamWithClient(c, target.open, (imap) => lines(c, imap, own, tokenMax));
  return answerJson(c, target, (imap) => gathered(c, imap, own, tokenMax));
}

async function* lines(...args: Parameters<typeof messagesOf>): AsyncGenerator<string, void, undefined> {
  for await (const message of messagesOf(...args)) yield jsonText(message);
}

async function gathered(
  c: RouteContext,
  imap: ImapClient,
  query: MessagesQuery,
  tokenMax: number | undefined,
) {
  const { maxRows, maxResultBytes } = c.get('config').limits;
  const messages: unknown[] = [];
  let characters = 0;
  for await (const message of messagesOf(c, imap, query, Math.min(maxRows, tokenMax ?? maxRows))) {
    characters += jsonText(message).length;
    if (characters > maxResultBytes) throw tooLarge(`${maxResultBytes} bytes`);
    messages.push(message);
  }
  const { uidValidity, exists } = imap.mailbox ?? {};
  return { uidValidity, exists, messages };
}

/** @throws FairleadError `limit` over `maxRows`. */
async function* messagesOf(
  c: RouteContext,
  imap: ImapClient,
  { mailbox: name, uid, uidValidity: expected, newest = NEWEST, items }: MessagesQuery,
  maxRows = Number.POSITIVE_INFINITY,
) {
  const { uidValidity } = await imap.examine(name, { uidValidity: expected });
  const record = c.get('record');
  record.rows = 0;
  const asked = Object.fromEntries(items.map((item) => [item, true]));
  for await (const message of imap.fetch(uid ?? { newest }, asked)) {
    record.rows += 1;
    if (record.rows > maxRows) throw tooLarge(`${maxRows} messages`);
    yield plainMessage(message, uidValidity);
  }
}

function tooLarge(limit: string): FairleadError {
  return new FairleadError(
    'limit',
    `The result is larger than ${limit}. Ask for it with "Accept: ${NDJSON_TYPE}", which streams results of any size, unless the ` +
      'token has a limit of its own.',
  );
}
