// `POST /imap/sync`: what has changed in a mailbox since the last time, as one document or as NDJSON, whose last line has the state.
import { FairleadError } from '@fairlead/errors';
import {
  jsonText,
  NDJSON_TYPE,
  type RouteContext,
  readJson,
  requireJsonType,
  streamWithClient,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { sync } from '../../sync/sync.ts';
import type { ImapClient } from '../../types/client.ts';
import type { SyncResult } from '../../types/results.ts';
import { sequenceSet } from '../../wire/values.ts';
import { answerJson, imapTarget, JSON_TYPE, problems, tagged, wantsLines } from '../target/connection.ts';
import { allowedMailbox } from '../target/fence.ts';
import { connection, mailbox } from '../target/schemas.ts';
import { readState, stateText } from './sync-state.ts';

const isState = (text: string): boolean => {
  const state = readState(text);
  try {
    return state !== undefined && (state.uids === '' || sequenceSet(state.uids) !== '');
  } catch {
    return false;
  }
};

const syncSchema = z.strictObject({
  connection,
  mailbox,
  state: z
    .string()
    .refine(isState, 'is not one that this route has given')
    .optional()
    .openapi({ type: 'string', description: 'Of the answer before. Without one: everything is new' }),
});

const changeSchema = z
  .object({
    uid: z.int(),
    flags: z.array(z.string()),
    isNew: z.boolean(),
    modSeq: z.string().optional().openapi({ description: 'Digits' }),
  })
  .openapi('ImapChange');

const restSchema = z.object({
  uidValidity: z.int(),
  vanished: z.string().openapi({ description: 'UIDs that are gone, as a set: `3:5,9`' }),
  by: z.enum(['qresync', 'condstore', 'uids']).openapi({
    description: '`uids`: changed flags of messages that were known before are not seen',
  }),
  isReset: z.boolean().openapi({ description: 'The mailbox was made anew: all UIDs known before are void' }),
  state: z.string().openapi({ description: 'Keep it for the next time' }),
});

const resultSchema = restSchema.extend({ changed: z.array(changeSchema) }).openapi('ImapSyncResult');
const lineSchema = z.union([changeSchema, restSchema.openapi('ImapSyncEnd')]);

/** The route's description for the OpenAPI document. */
export const syncRoute = createRoute({
  ...tagged,
  method: 'post',
  path: '/sync',
  operationId: 'sync',
  summary: 'Synchronise a mailbox',
  description:
    'Scope `imap:read:<connection>`. By QRESYNC, else CONDSTORE, else by comparing UIDs. With `Accept: application/x-ndjson` a change ' +
    'a line, without a limit, and all else in the last line.',
  request: {
    body: { required: true, content: { [JSON_TYPE]: { schema: syncSchema, example: { mailbox: 'INBOX' } } } },
  },
  responses: {
    200: {
      description: 'What has changed',
      content: { [JSON_TYPE]: { schema: resultSchema }, [NDJSON_TYPE]: { schema: lineSchema } },
    },
    ...problems,
  },
});

/** Answers `POST /imap/sync`. @throws HttpProblem 400, 415; FairleadError as `sync`, and `limit`. */
export async function postSync(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const body = await readJson(c, syncSchema);
  const target = imapTarget(c, 'read', body.connection);
  const name = allowedMailbox(target.mailboxes, body.mailbox, 'body.mailbox');
  const known = body.state === undefined ? undefined : readState(body.state);
  const run = async (imap: ImapClient): Promise<SyncResult> => {
    const result = await sync(imap, name, known);
    checkCount(c, result);
    return result;
  };
  if (wantsLines(c))
    return streamWithClient(c, target.open, async function* lines(imap) {
      const { changed, ...result } = await run(imap);
      for (const change of changed) yield jsonText(change);
      yield jsonText(restOf(result));
    });
  return answerJson(c, target, async (imap) => {
    const { changed, ...result } = await run(imap);
    return { ...restOf(result), changed };
  });
}

function restOf({ vanished, state, by, isReset }: Omit<SyncResult, 'changed'>) {
  const { uidValidity } = state;
  return { uidValidity, vanished: vanished.toString(), by, isReset, state: stateText(state) };
}

/** @throws FairleadError `limit` over `maxRows`. */
function checkCount(c: RouteContext, { changed: { length } }: SyncResult): void {
  c.get('record').rows = length;
  const own = c.get('access').limits.maxRows ?? Number.POSITIVE_INFINITY;
  const max = wantsLines(c) ? own : Math.min(own, c.get('config').limits.maxRows);
  if (length <= max) return;
  const advice = `Ask for them with "Accept: ${NDJSON_TYPE}", unless the token has a limit of its own.`;
  throw new FairleadError('limit', `There are more changes than ${max}. ${advice}`);
}
