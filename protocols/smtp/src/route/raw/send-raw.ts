// `POST /smtp/send-raw`: sends a ready-made message over a named connection, as it comes unless the connection signs.
import { concat } from '@fairlead/bytes';
import {
  HttpProblem,
  type RouteContext,
  readBody,
  requestLimit,
  resolveTarget,
  streamBody,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { readMessageFacts } from '../../wire/message-facts.ts';
import { AllowedSenders } from '../allowed-senders.ts';
import { resultResponse, sendOver, settingsOf, signerOf, tagged } from '../connection.ts';
import { type Beginning, followed, readBeginning, readReadyMade } from './ready-made.ts';

const MESSAGE_TYPE = 'message/rfc822';

const rawQuery = z.object({
  from: z.string().optional().openapi({ description: 'Default: Sender or From of the message' }),
  to: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .openapi({ description: 'May be repeated. Default: To, Cc and Bcc of the message' }),
  connection: z.string().optional().openapi({ description: 'A named connection' }),
});

const EXAMPLE =
  'From: aurora@example.com\r\nTo: harbour@example.com\r\nSubject: Arrival\r\n\r\nWe are there at noon.\r\n';

/** The route's description for the OpenAPI document. */
export const sendRawRoute = createRoute({
  ...tagged,
  method: 'post',
  path: '/send-raw',
  operationId: 'sendRaw',
  summary: 'Send a ready-made message',
  description:
    'Scope `smtp:send:<connection>`. A Bcc is taken out; nothing else is changed. It is passed on as it comes, unless ' +
    'the connection signs (DKIM).',
  request: {
    query: rawQuery,
    body: { required: true, content: { [MESSAGE_TYPE]: { schema: z.string(), example: EXAMPLE } } },
  },
  responses: resultResponse,
});

/** Answers `POST /smtp/send-raw`. @throws HttpProblem 415; FairleadError as `connect` and `sendRaw`, and `policy`. */
export async function postRaw(c: RouteContext): Promise<Response> {
  const type = c.req.header('Content-Type') ?? '';
  if (!/^message\/rfc822\s*(;|$)/i.test(type)) {
    throw new HttpProblem('unsupported_media_type', `Send the message with Content-Type: ${MESSAGE_TYPE}.`, {
      headers: { Accept: MESSAGE_TYPE },
    });
  }
  const target = resolveTarget(c, { action: 'send' });
  // A large message takes more time than other requests.
  const limit = requestLimit(c, c.get('config').limits.maxTimeoutMs);
  const settings = settingsOf(target);
  const sign = await signerOf(settings);
  // A signature stands in front of the message, so a message that is signed is read as a whole first.
  const { start, rest }: Beginning = sign
    ? { start: await readBody(c), rest: undefined }
    : await readBeginning(streamBody(c, limit));
  const allowed = new AllowedSenders(settings.from);
  // A signature speaks for the domain, so a signed message is read as strictly as one that is bound to a sender.
  const strict = allowed.restricted || sign !== undefined;
  const { message, senders, sender, messageId, recipients, hasUtf8Header } = readReadyMade(start, strict);
  const from = c.req.query('from') ?? sender;
  allowed.check(from, senders);
  const to = [...new Set(c.req.queries('to') ?? recipients())];
  if (rest === undefined) readMessageFacts(message);
  const head = (await sign?.(message)) ?? new Uint8Array(0);
  const envelope = { from, to, ...(rest !== undefined && hasUtf8Header ? { smtpUtf8: true } : {}) };
  const body = rest === undefined ? concat([head, message]) : followed(message, rest);
  return sendOver(c, { target, settings, envelope, body, messageId, limit });
}
