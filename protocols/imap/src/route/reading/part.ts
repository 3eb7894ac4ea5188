// `GET /imap/part`: one part of a message, decoded, or the whole message, as they come from the server. A failure behind the first
// byte breaks the answer off. Mail is hostile: it is sent as a file to save, under a type that no browser runs.

import { bytesWithClient, type RouteContext } from '@fairlead/http';
import { fileAnswer } from '@fairlead/http/files';
import { createRoute, z } from '@hono/zod-openapi';
import { download } from '../../download/download.ts';
import { notFound } from '../../errors.ts';
import { MAX_NUMBER } from '../../names/number-set.ts';
import type { BodyPart } from '../../responses/types/body-part.ts';
import type { ImapClient } from '../../types/client.ts';
import { imapTarget, problems, tagged } from '../target/connection.ts';
import { allowedMailbox } from '../target/fence.ts';
import { connection, mailbox, numberText, uidValidityText } from '../target/schemas.ts';
import { findPart, partName } from './part-name.ts';

const PART = /^(?:raw|(?:\d{1,4}(?:\.\d{1,4}){0,63}(?:\.(?:HEADER|TEXT|MIME))?|HEADER|TEXT)?)$/;

/** The query parameters. */
export const partQuery = z.strictObject({
  connection,
  mailbox,
  uid: numberText(MAX_NUMBER, 'Of the message', 1),
  uidValidity: uidValidityText,
  part: z
    .string()
    .regex(PART, 'must be a part as 1.2, HEADER, TEXT, 1.MIME, or "raw"')
    .default('raw')
    .openapi({
      description:
        'As in the message’s `structure`; `HEADER`, `TEXT`, `1.MIME`; `raw` or nothing: the whole message',
      example: '1',
    }),
});

/** The parameters of a part's route. */
export type PartQuery = z.output<typeof partQuery>;

const FILE = { schema: z.string().openapi({ format: 'binary' }) };

/** The route's description for the OpenAPI document. */
export const partRoute = createRoute({
  ...tagged,
  method: 'get',
  path: '/part',
  operationId: 'part',
  summary: 'Download a part of a message',
  description:
    'Scope `imap:read:<connection>`. Streams, with base64 and quoted-printable undone, as an attachment whose type is found out from ' +
    'its file name’s ending and never one that a browser runs. The message stays unseen.',
  request: { query: partQuery },
  responses: {
    200: {
      description: 'The part',
      content: { 'application/octet-stream': FILE, 'message/rfc822': FILE },
    },
    ...problems,
  },
});

/** Answers `GET /imap/part`. @throws HttpProblem 400; FairleadError as `download`. */
export function getPart(c: RouteContext, query: PartQuery): Promise<Response> {
  const target = imapTarget(c, 'read', query.connection);
  const name = allowedMailbox(target.mailboxes, query.mailbox, 'query.mailbox');
  const { uid, uidValidity: expected } = query;
  const isWhole = /^(?:raw)?$/i.test(query.part);
  return bytesWithClient(c, target.open, async (imap) => {
    const { uidValidity } = await imap.examine(name, { uidValidity: expected });
    const part = isWhole ? '' : query.part;
    const found = /^[\d.]+$/.test(part) ? await structureOf(imap, uid, part) : undefined;
    const file = isWhole ? `message-${uid}.eml` : partName(uid, part, found);
    const { headers } = fileAnswer(c, { name: file, size: undefined });
    const type = isWhole ? { 'Content-Type': 'message/rfc822' } : {};
    const own = { ...headers, ...type, 'Fairlead-Uid-Validity': `${uidValidity}` };
    // HEAD asks whether the message is there, as far as its structure tells.
    if (c.req.method === 'HEAD') return { status: 200, headers: own };
    return { status: 200, headers: own, body: await download(imap, uid, found ?? part) };
  });
}

/** @returns Undefined where the server's structure does not have the part, and the server itself may. */
async function structureOf(imap: ImapClient, uid: number, part: string): Promise<BodyPart | undefined> {
  for await (const { structure } of imap.fetch(uid, { structure: true })) return findPart(structure, part);
  throw notFound('The message');
}
