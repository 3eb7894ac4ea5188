// `POST /imap/flags`, `/imap/move` and `/imap/delete`: changes to messages that a mailbox holds already.

import { usage } from '@fairlead/errors';
import { audit, type RouteContext, readJson, requireJsonType } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { list } from '../../mailboxes/list.ts';
import { copy, expunge, move } from '../../messages/copy.ts';
import { store } from '../../messages/store.ts';
import type { ImapClient } from '../../types/client.ts';
import type { CopyResult, FlagChange } from '../../types/messages.ts';
import {
  answerJson,
  type ImapTarget,
  imapTarget,
  JSON_TYPE,
  problemsOfChanges,
  tagged,
} from '../target/connection.ts';
import { allowedMailbox, isAllowed } from '../target/fence.ts';
import { connection, flags, mailbox, uids, uidValidity } from '../target/schemas.ts';

const common = { connection, mailbox, uidValidity, uids };
const example = { mailbox: 'INBOX', uidValidity: 1, uids: '1:2' };

const flagsSchema = z
  .strictObject({
    ...common,
    add: flags.optional().openapi({ example: ['\\Seen'] }),
    remove: flags.optional(),
    set: flags.optional().openapi({ description: 'In place of all flags' }),
    unchangedSince: z
      .string()
      .regex(/^\d{1,19}$/, 'must be digits')
      .optional()
      .openapi({ description: 'Leaves alone what has changed since this `modSeq`' }),
  })
  .refine(({ add, remove, set }) => [add, remove, set].filter((one) => one !== undefined).length === 1, {
    message: 'needs exactly one of add, remove and set',
  });

const moveSchema = z.strictObject({
  ...common,
  to: mailbox.openapi({ example: 'Archive' }),
  copy: z.boolean().default(false).openapi({ description: 'Leaves the messages where they are, too' }),
});

const deleteSchema = z.strictObject({
  ...common,
  permanently: z.boolean().default(false).openapi({
    description: 'Removes them for good (UID EXPUNGE), in place of moving them to the mailbox for trash',
  }),
});

const flagsResult = z
  .object({
    uidValidity: z.int(),
    modified: z
      .string()
      .openapi({ description: 'Messages that were left alone, by `unchangedSince`: `3:5`' }),
  })
  .openapi('ImapFlagsResult');

const moveResult = z
  .object({
    uidValidity: z.int(),
    to: z
      .object({
        mailbox: z.string(),
        uidValidity: z.int().optional(),
        uids: z.record(z.string(), z.int()).optional().openapi({
          description:
            'New UID by old one. Missing where the server does not say it (UIDPLUS), or there are more than `maxRows`',
        }),
      })
      .optional()
      .openapi({ description: 'Missing where the messages are gone for good' }),
  })
  .openapi('ImapMoveResult');

function changeRoute<Path extends string>(
  path: `/${Path}`,
  summary: string,
  schema: z.ZodType,
  result: z.ZodType,
  { description = '', ...more }: { readonly description?: string; readonly [member: string]: unknown },
) {
  return createRoute({
    ...tagged,
    method: 'post',
    path,
    operationId: path.slice(1),
    summary,
    description: `Scope \`imap:write:<connection>\`. ${description}`.trim(),
    request: {
      body: { required: true, content: { [JSON_TYPE]: { schema, example: { ...example, ...more } } } },
    },
    responses: {
      200: { description: 'Done', content: { [JSON_TYPE]: { schema: result } } },
      ...problemsOfChanges,
    },
  });
}

/** `POST /imap/flags`. */
export const flagsRoute = /* @__PURE__ */ changeRoute('/flags', 'Change flags', flagsSchema, flagsResult, {
  add: ['\\Seen'],
});

/** `POST /imap/move`. */
export const moveRoute = /* @__PURE__ */ changeRoute(
  '/move',
  'Move or copy messages',
  moveSchema,
  moveResult,
  {
    to: 'Archive',
  },
);

/** `POST /imap/delete`. */
export const deleteRoute = /* @__PURE__ */ changeRoute(
  '/delete',
  'Delete messages',
  deleteSchema,
  moveResult,
  {
    description:
      'Moves them to the mailbox whose use is `trash`. Messages that others have marked as deleted stay.',
  },
);

/** Answers `POST /imap/flags`. @throws HttpProblem 400, 415; FairleadError as `store`. */
export async function postFlags(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const { add, remove, set, unchangedSince, ...body } = await readJson(c, flagsSchema);
  const { target, name } = targetOf(c, body);
  const change: FlagChange =
    add !== undefined ? { add } : remove !== undefined ? { remove } : { set: set ?? [] };
  audit(c, { action: 'flags' });
  return answerJson(c, target, async (imap) => {
    const { uidValidity: own } = await imap.select(name, body);
    const since = unchangedSince === undefined ? undefined : BigInt(unchangedSince);
    const { modified } = await store(imap, body.uids, change, { unchangedSince: since });
    return { uidValidity: own, modified: modified.toString() };
  });
}

/** Answers `POST /imap/move`. @throws HttpProblem 400, 415; FairleadError as `move` and `copy`. */
export async function postMove(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const body = await readJson(c, moveSchema);
  const { target, name } = targetOf(c, body);
  const to = allowedMailbox(target.mailboxes, body.to, 'body.to');
  audit(c, { action: body.copy ? 'copy' : 'move' });
  return answerJson(c, target, async (imap) => {
    const { uidValidity: own } = body.copy ? await imap.examine(name, body) : await imap.select(name, body);
    const result = body.copy ? await copy(imap, body.uids, to) : await move(imap, body.uids, to);
    return { uidValidity: own, to: copied(c, to, result) };
  });
}

/** Answers `POST /imap/delete`. @throws HttpProblem 400, 415; FairleadError as `move` and `expunge`. */
export async function postDelete(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const body = await readJson(c, deleteSchema);
  const { target, name } = targetOf(c, body);
  audit(c, { action: 'delete' });
  return answerJson(c, target, async (imap) => {
    const trash = body.permanently ? undefined : await trashOf(imap, target, name);
    const { uidValidity: own } = await imap.select(name, body);
    if (trash === undefined) {
      await expunge(imap, body.uids);
      return { uidValidity: own };
    }
    return { uidValidity: own, to: copied(c, trash, await move(imap, body.uids, trash)) };
  });
}

function targetOf(
  c: RouteContext,
  body: { readonly connection?: string | undefined; readonly mailbox: string },
): { readonly target: ImapTarget; readonly name: string } {
  const target = imapTarget(c, 'write', body.connection);
  return { target, name: allowedMailbox(target.mailboxes, body.mailbox, 'body.mailbox') };
}

/** The mailbox for trash. @throws FairleadError `usage` where there is none, or the messages are in it. */
async function trashOf(imap: ImapClient, { mailboxes }: ImapTarget, from: string): Promise<string> {
  const listed = await list(imap);
  const trash = listed.find(({ name, specialUse }) => specialUse === 'trash' && isAllowed(mailboxes, name));
  if (trash !== undefined && trash.name !== from) return trash.name;
  const reason =
    trash === undefined ? 'The account has no mailbox for trash' : 'The messages are in the trash';
  throw usage(`${reason}: set "permanently" to true, or move them to a mailbox of your choice`);
}

function copied(c: RouteContext, to: string, { uidValidity: own, uids: map }: CopyResult) {
  const isShort = map !== undefined && map.size <= c.get('config').limits.maxRows;
  return { mailbox: to, uidValidity: own, ...(isShort ? { uids: Object.fromEntries(map) } : {}) };
}
