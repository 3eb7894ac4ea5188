// Mail over HTTP: `/smtp/send`, `/smtp/send-raw`, `/smtp/probe`. It refuses senders that the connection does not allow,
// and takes no address of a server outside the target policy.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import {
  defineRoutes,
  HttpProblem,
  jsonText,
  problemResponses,
  type RequestLimit,
  type RouteApp,
  type RouteContext,
  type RouteModule,
  readBody,
  requestLimit,
  resolveAddress,
  resolveTarget,
  SECURITY_SCHEME,
  streamBody,
  type Target,
  withClient,
  withDeadline,
} from '@fairlead/http';
import { formatAddress, parseAddress } from '@fairlead/transport';
import { createRoute, z } from '@hono/zod-openapi';
import { connect, type SmtpClient } from '../client.ts';
import { dkimSigner } from '../dkim/index.ts';
import { compose, type MailResult, type Signer } from '../mime/index.ts';
import type { Mail } from '../mime/mail.ts';
import type { SmtpOptions } from '../options/options.ts';
import { type ProbeResult, probe } from '../probe.ts';
import type { SendResult } from '../types.ts';
import { inspectBody } from '../wire/encode-body.ts';
import { type Beginning, followed, readBeginning, readRaw } from './raw.ts';
import { FORM_TYPE, JSON_TYPE, readMail } from './read-mail.ts';
import {
  type ConnectionSettings,
  formSchema,
  mailSchema,
  probeSchema,
  resultSchema,
  settingsSchema,
} from './schemas.ts';
import { Senders } from './senders.ts';

const MESSAGE_TYPE = 'message/rfc822';

const common = { security: [{ [SECURITY_SCHEME]: [] }], tags: ['smtp'] };
const problems = problemResponses(['server', 'auth', 'limit', 'policy', 'tls_failed', 'connect_timeout']);
const resultResponse = {
  200: {
    description: 'Accepted, by some recipients at least',
    content: { [JSON_TYPE]: { schema: resultSchema } },
  },
  ...problems,
};
const probeResponse = {
  200: { description: 'The server', content: { [JSON_TYPE]: { schema: probeSchema } } },
  ...problems,
};

const sendRoute = createRoute({
  ...common,
  method: 'post',
  path: '/send',
  summary: 'Compose and send a mail',
  description:
    'Scope `smtp:send:<connection>`. As JSON, or as a form with the JSON in `mail` and files in `attachment`.',
  request: {
    body: {
      required: true,
      content: { [JSON_TYPE]: { schema: mailSchema }, [FORM_TYPE]: { schema: formSchema } },
    },
  },
  responses: resultResponse,
});

const rawQuery = z.object({
  from: z.string().optional().openapi({ description: 'Default: Sender or From of the message' }),
  to: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .openapi({ description: 'May be repeated. Default: To, Cc and Bcc of the message' }),
  connection: z.string().optional(),
});

const sendRawRoute = createRoute({
  ...common,
  method: 'post',
  path: '/send-raw',
  summary: 'Send a ready-made message',
  description:
    'Scope `smtp:send:<connection>`. A Bcc is taken out; nothing else is changed. It is passed on as it comes, unless ' +
    'the connection signs (DKIM).',
  request: {
    query: rawQuery,
    body: { required: true, content: { [MESSAGE_TYPE]: { schema: z.string() } } },
  },
  responses: resultResponse,
});

const probeAddressRoute = createRoute({
  ...common,
  method: 'get',
  path: '/probe/{address}',
  summary: 'Look at a server that the target policy allows',
  description: 'Scope `smtp:probe:@`. TLS is turned on where it is offered; nobody logs in.',
  request: {
    params: z.object({ address: z.string().openapi({ example: 'mail.example.com:587' }) }),
    query: z.object({ tls: z.enum(['implicit', 'starttls', 'none']).optional() }),
  },
  responses: probeResponse,
});

const probeConnectionRoute = createRoute({
  ...common,
  method: 'get',
  path: '/probe',
  summary: 'Look at the server of a named connection',
  description: 'Scope `smtp:probe:<connection>`.',
  request: { query: z.object({ connection: z.string().optional() }) },
  responses: probeResponse,
});

/** The mail routes, for the worker's route table. */
export const smtpRoutes: RouteModule = defineRoutes({
  prefix: '/smtp',
  protocol: 'smtp',
  schemes: ['smtp:', 'smtps:'],
  defaultPort: { 'smtp:': 587, 'smtps:': 465 },
  description: 'Mail submission by SMTP',
  bodies: 'any',
  repeatable: ['to'],
  // A reply that begins with 4 asks to come again later.
  serverStatus: ({ code }) => (code.startsWith('4') ? 503 : undefined),
  register(app: RouteApp) {
    for (const route of [sendRoute, sendRawRoute]) app.openAPIRegistry.registerPath(route);
    app.post(sendRoute.path, postMail);
    app.post(sendRawRoute.path, postRaw);
    app.openapi(probeAddressRoute, async (c) => {
      const address = resolveAddress(c, 'smtp', 'probe', parseAddress(c.req.valid('param').address));
      const result = await look(c, { ...address, tls: c.req.valid('query').tls });
      return c.json({ address: formatAddress(address), ...result }, 200);
    });
    app.openapi(probeConnectionRoute, async (c) => {
      const target = resolveTarget(c, { action: 'probe' });
      const result = await look(c, { tls: settingsOf(target).tls }, target.url);
      return c.json({ ...(target.name === undefined ? {} : { connection: target.name }), ...result }, 200);
    });
  },
});

async function look(c: RouteContext, options: SmtpOptions, url?: string) {
  const { connector } = c.var;
  const result: ProbeResult = await withDeadline(c, (signal) =>
    url === undefined
      ? probe({ ...options, connector, signal })
      : probe(url, { ...options, connector, signal }),
  );
  const { extensions, size, auth, ...capabilities } = result.capabilities;
  return {
    ...result,
    capabilities: {
      ...capabilities,
      ...(size === undefined ? {} : { size }),
      auth: [...auth],
      extensions: Object.fromEntries([...extensions].map(([name, words]) => [name, [...words]])),
    },
  };
}

async function postMail(c: RouteContext): Promise<Response> {
  const { connection, from, ...rest } = await readMail(c);
  const target = resolveTarget(c, { action: 'send', connection });
  const settings = settingsOf(target);
  const senders = new Senders(settings.from);
  const sender = from ?? senders.only;
  if (sender === undefined) throw new HttpProblem('invalid', 'The mail needs a "from".');
  const mail: Mail = { ...rest, from: sender };
  senders.checkMail(mail);
  const sign = await signerOf(settings);
  // Before dialling: what is wrong with the mail is nobody else's to find.
  const { envelope, body, messageId } = await compose(mail, { sign });
  const result = await withSmtp(c, target, settings, (smtp) => smtp.sendRaw(envelope, body));
  return answer(c, { ...result, messageId });
}

async function postRaw(c: RouteContext): Promise<Response> {
  const type = c.req.header('Content-Type') ?? '';
  if (!/^message\/rfc822\s*(;|$)/i.test(type)) {
    throw new HttpProblem('unsupported_media_type', `Send the message with Content-Type: ${MESSAGE_TYPE}.`, {
      headers: { Accept: MESSAGE_TYPE },
    });
  }
  const target = resolveTarget(c, { action: 'send' });
  // Large messages take their time.
  const limit = requestLimit(c, c.var.config.limits.maxTimeoutMs);
  const settings = settingsOf(target);
  const sign = await signerOf(settings);
  // A signature stands before what it is made of.
  const { start, rest }: Beginning = sign
    ? { start: await readBody(c), rest: undefined }
    : await readBeginning(streamBody(c, limit));
  const allowed = new Senders(settings.from);
  // A signature speaks for the domain: what it signs is read as strictly as what is bound to a sender.
  const strict = allowed.restricted || sign !== undefined;
  const { message, senders, sender, messageId, recipients, hasUtf8Header } = readRaw(start, strict);
  const from = c.req.query('from') ?? sender;
  allowed.check(from, senders);
  const to = [...new Set(c.req.queries('to') ?? recipients())];
  if (rest === undefined) inspectBody(message);
  const head = (await sign?.(message)) ?? new Uint8Array(0);
  const envelope = { from, to, ...(rest !== undefined && hasUtf8Header ? { smtpUtf8: true } : {}) };
  const body = rest === undefined ? joined(head, message) : followed(message, rest);
  const result = await withSmtp(c, target, settings, (smtp) => smtp.sendRaw(envelope, body), limit).catch(
    (error: unknown) => {
      // The caller's own stream failed: how it did is the answer.
      throw isFairleadError(error) && error.cause instanceof HttpProblem ? error.cause : error;
    },
  );
  return answer(c, { ...result, ...(messageId === undefined ? {} : { messageId }) });
}

function settingsOf(target: Target): ConnectionSettings {
  const settings = settingsSchema.safeParse(target.options);
  if (settings.success) return settings.data;
  const message = `The settings of connection "${target.name}" are not those of SMTP`;
  throw new FairleadError('usage', message, { cause: settings.error });
}

async function signerOf({ dkim }: ConnectionSettings): Promise<Signer | undefined> {
  return dkim === undefined ? undefined : dkimSigner(dkim);
}

function withSmtp(
  c: RouteContext,
  target: Target,
  { from: _from, dkim: _dkim, ...settings }: ConnectionSettings,
  use: (smtp: SmtpClient) => Promise<SendResult>,
  limit?: RequestLimit,
): Promise<SendResult> {
  const { connector } = c.var;
  return withClient(c, (signal) => connect(target.url, { ...settings, connector, signal }), use, limit);
}

function joined(head: Uint8Array, message: Uint8Array): Uint8Array {
  if (head.length === 0) return message;
  const whole = new Uint8Array(head.length + message.length);
  whole.set(head);
  whole.set(message, head.length);
  return whole;
}

function answer(c: RouteContext, result: SendResult | MailResult): Response {
  return c.newResponse(jsonText(result), 200, { 'Content-Type': JSON_TYPE });
}
