// `POST /imap/search`: UIDs of what meets the criteria, newest first, page by page.

import { type RouteContext, readJson, requireJsonType } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import type { NumberSet } from '../../names/number-set.ts';
import { search } from '../../search/search.ts';
import type { SearchCriteria } from '../../wire/requests/search-criteria.ts';
import { answerJson, imapTarget, JSON_TYPE, problems, tagged } from '../target/connection.ts';
import { allowedMailbox } from '../target/fence.ts';
import { connection, mailbox, number, uidValidity } from '../target/schemas.ts';
import { criteriaSchema } from './criteria.ts';

const MAX_PAGE = 10_000;

const searchSchema = z.strictObject({
  connection,
  mailbox,
  uidValidity: uidValidity.optional(),
  criteria: criteriaSchema.default({}),
  limit: z.int().min(1).max(MAX_PAGE).default(100).openapi({ description: 'UIDs of one page' }),
  before: number.optional().openapi({
    description: 'Only UIDs below this one: `next` of the page before. New mail does not shift pages so',
  }),
});

const foundSchema = z
  .object({
    uidValidity: z.int(),
    uids: z.array(z.int()).openapi({ description: 'Newest first' }),
    count: z.int().openapi({ description: 'All matches, on this page and behind it' }),
    next: z.int().optional().openapi({ description: '`before` of the next page; missing on the last one' }),
  })
  .openapi('ImapSearchResult');

/** The route's description for the OpenAPI document. */
export const searchRoute = createRoute({
  ...tagged,
  method: 'post',
  path: '/search',
  operationId: 'search',
  summary: 'Search a mailbox',
  description: 'Scope `imap:read:<connection>`. Criteria without a member: all messages.',
  request: {
    body: {
      required: true,
      content: {
        [JSON_TYPE]: {
          schema: searchSchema,
          example: { mailbox: 'INBOX', criteria: { seen: false, since: '2026-01-01' }, limit: 20 },
        },
      },
    },
  },
  responses: {
    200: { description: 'A page of UIDs', content: { [JSON_TYPE]: { schema: foundSchema } } },
    ...problems,
  },
});

/** Answers `POST /imap/search`. @throws HttpProblem 400, 415; FairleadError as `search`. */
export async function postSearch(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const body = await readJson(c, searchSchema);
  const target = imapTarget(c, 'read', body.connection);
  const name = allowedMailbox(target.mailboxes, body.mailbox, 'body.mailbox');
  const { criteria, limit, before } = body;
  return answerJson(c, target, async (imap) => {
    const { uidValidity } = await imap.examine(name, { uidValidity: body.uidValidity });
    if (before === 1) return { uidValidity, uids: [], count: 0 };
    // Digits stand for bigints, which the search writes as digits.
    const own = criteria as SearchCriteria;
    const asked = before === undefined ? own : { and: [{ uid: `1:${before - 1}` }, own] };
    const { uids, count } = await search(imap, asked, { partial: [-1, -limit] });
    const page = newestOf(uids, limit);
    c.get('record').rows = page.length;
    return { uidValidity, uids: page, count, ...(count > page.length ? { next: page.at(-1) } : {}) };
  });
}

/** From the last one down. A server may send more than it was asked for, up to all numbers that there are. */
function newestOf({ ranges }: NumberSet, limit: number): number[] {
  const newest: number[] = [];
  for (const [first, last] of ranges.toReversed()) {
    for (let uid = last; uid >= first && newest.length < limit; uid--) newest.push(uid);
  }
  return newest;
}
