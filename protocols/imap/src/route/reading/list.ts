// `GET /imap/list`: the account's mailboxes with their use and figures.

import { FairleadError } from '@fairlead/errors';
import type { RouteContext } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { list } from '../../mailboxes/list.ts';
import type { Mailbox, StatusItem } from '../../types/mailboxes.ts';
import { answerJson, imapTarget, JSON_TYPE, problems, tagged } from '../target/connection.ts';
import { isAllowed } from '../target/fence.ts';
import { connection } from '../target/schemas.ts';

const ITEMS = [
  'messages',
  'unseen',
  'deleted',
  'size',
  'uidNext',
  'uidValidity',
  'highestModSeq',
  'appendLimit',
  'mailboxId',
] as const satisfies readonly StatusItem[];
const isItem = (text: string): text is StatusItem => ITEMS.some((item) => item === text);
const DEFAULT: readonly StatusItem[] = ['messages', 'unseen', 'uidNext', 'uidValidity'];

/** The query parameters. */
export const listQuery = z.strictObject({
  connection,
  pattern: z
    .string()
    .min(1)
    .max(1000)
    .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), 'holds what no mailbox has in its name')
    .default('*')
    .openapi({ description: '`*` stands for anything, `%` for one level', example: '*' }),
  subscribed: z.enum(['true', 'false']).default('false').openapi({ description: 'Only those' }),
  status: z
    .string()
    .max(200)
    .optional()
    .transform((text) => (text === undefined ? DEFAULT : text.split(',').filter((item) => item !== '')))
    .refine((items) => items.every(isItem), `must be some of ${ITEMS.join(',')}`)
    .transform((items) => items.filter(isItem))
    .openapi({
      type: 'string',
      description: `Figures to ask for, of ${ITEMS.map((item) => `\`${item}\``).join(', ')}; empty: none. Default: ${DEFAULT.join(',')}`,
    }),
});

const statusSchema = z
  .object({
    messages: z.int().optional(),
    unseen: z.int().optional(),
    deleted: z.int().optional(),
    size: z.int().optional().openapi({ description: 'Bytes of all messages together' }),
    uidNext: z.int().optional(),
    uidValidity: z.int().optional(),
    highestModSeq: z.string().optional().openapi({ description: 'Digits' }),
    appendLimit: z.int().optional(),
    mailboxId: z.string().optional(),
  })
  .openapi('ImapStatus');

const mailboxSchema = z
  .object({
    name: z.string(),
    delimiter: z.string().optional().openapi({ description: 'Between the levels of the name' }),
    attributes: z.array(z.string()),
    specialUse: z
      .enum(['all', 'archive', 'drafts', 'flagged', 'important', 'junk', 'sent', 'trash'])
      .optional(),
    isSelectable: z.boolean(),
    isSubscribed: z.boolean(),
    status: statusSchema.optional(),
  })
  .openapi('ImapMailbox');

/** The route's description for the OpenAPI document. */
export const listRoute = createRoute({
  ...tagged,
  method: 'get',
  path: '/list',
  operationId: 'list',
  summary: 'List mailboxes',
  description:
    'Scope `imap:read:<connection>`. With the use of each (`sent`, `trash`) and its figures. Mailboxes that the connection’s ' +
    'operator keeps to himself are left out.',
  request: { query: listQuery },
  responses: {
    200: {
      description: 'The mailboxes',
      content: {
        [JSON_TYPE]: { schema: z.object({ mailboxes: z.array(mailboxSchema) }).openapi('ImapMailboxes') },
      },
    },
    ...problems,
  },
});

/** Answers `GET /imap/list`. @throws HttpProblem 400; FairleadError as `list`, and `limit`. */
export function getList(c: RouteContext, query: z.output<typeof listQuery>): Promise<Response> {
  const target = imapTarget(c, 'read', query.connection);
  const { pattern, status, subscribed } = query;
  return answerJson(c, target, async (imap) => {
    const found = await list(imap, {
      pattern,
      isSubscribed: subscribed === 'true',
      ...(status.length > 0 ? { status } : {}),
    });
    const mailboxes = found.filter(({ name }) => isAllowed(target.mailboxes, name));
    checkCount(c, mailboxes);
    return { mailboxes };
  });
}

function checkCount(c: RouteContext, { length }: readonly Mailbox[]): void {
  const { maxRows } = c.get('config').limits;
  c.get('record').rows = length;
  if (length > Math.min(maxRows, c.get('access').limits.maxRows ?? maxRows)) {
    throw new FairleadError('limit', 'There are more mailboxes than a result may have rows. Give a pattern.');
  }
}
