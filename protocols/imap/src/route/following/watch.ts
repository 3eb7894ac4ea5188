// `GET /imap/watch`: new mail as Server-Sent Events while the request lives, by IDLE, or by asking now and then.
import {
  EVENT_STREAM_TYPE,
  eventsWithClient,
  jsonText,
  type RouteContext,
  type ServerEvent,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { MAX_NUMBER } from '../../names/number-set.ts';
import { imapTarget, problems, tagged } from '../target/connection.ts';
import { allowedMailbox } from '../target/fence.ts';
import { connection, mailbox, numberText } from '../target/schemas.ts';
import { Watch } from './watch-events.ts';

const EVENT_ID = /^(\d{1,10})\.(\d{1,10})$/;

/** The query parameters. */
export const watchQuery = z.strictObject({
  connection,
  mailbox,
  pollSeconds: numberText(3600, 'How often a server without IDLE is asked. Default: 15').default(15),
});

/** The parameters of the watch's route. */
export type WatchQuery = z.output<typeof watchQuery>;

/** The route's description for the OpenAPI document. */
export const watchRoute = createRoute({
  ...tagged,
  method: 'get',
  path: '/watch',
  operationId: 'watch',
  summary: 'Watch a mailbox for new mail',
  description:
    'Scope `imap:read:<connection>`. Events: `open` (`uidValidity`, `exists`), `mail` (a message with envelope and flags, for each new ' +
    'one), `changed` (flags have changed or messages are gone: `/imap/sync` tells which), and `end` when the request’s time is up. ' +
    'With `Last-Event-ID`, as browsers send it when they reconnect, mail of the meantime comes first; where the mailbox was made anew ' +
    'since, a `reset` comes in its place. A failure is the last event, `error`, with a problem document.',
  request: {
    query: watchQuery,
    headers: z.object({
      'Last-Event-ID': z
        .string()
        .optional()
        .openapi({ description: '`<uidValidity>.<uid>` of the last event; others do not count' }),
    }),
  },
  responses: {
    200: {
      description: 'The events',
      content: { [EVENT_STREAM_TYPE]: { schema: z.string() } },
    },
    ...problems,
  },
});

/** Answers `GET /imap/watch`. @throws HttpProblem 400; FairleadError as `examine`. */
export function getWatch(c: RouteContext, query: WatchQuery): Promise<Response> {
  const target = imapTarget(c, 'read', query.connection);
  const name = allowedMailbox(target.mailboxes, query.mailbox, 'query.mailbox');
  const pollMs = query.pollSeconds * 1000;
  const last = lastEvent(c.req.header('Last-Event-ID'));
  return eventsWithClient(c, target.openOwn, (imap, signal, { at }) =>
    counted(c, new Watch(imap, { name, pollMs, last, signal, at }).events()),
  );
}

function lastEvent(text = ''): { readonly uidValidity: number; readonly uid: number } | undefined {
  const [, uidValidity, uid] = (EVENT_ID.exec(text) ?? []).map(Number);
  if (uidValidity === undefined || uid === undefined || uid >= MAX_NUMBER) return undefined;
  return { uidValidity, uid };
}

async function* counted(
  c: RouteContext,
  events: AsyncIterable<{ readonly event: string; readonly id?: string; readonly data: unknown }>,
): AsyncGenerator<ServerEvent, void, undefined> {
  const record = c.get('record');
  record.rows = 0;
  for await (const { data, ...event } of events) {
    record.rows += 1;
    yield { ...event, data: jsonText(data) };
  }
}
