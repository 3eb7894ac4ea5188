// `POST /smtp/send`: reads a mail as JSON or as a form with files, composes it, and sends it over a named connection.
import { HttpProblem, type RouteContext, readBody, readJson, resolveTarget } from '@fairlead/http';
import { createRoute, type z } from '@hono/zod-openapi';
import { compose } from '../mime/compose.ts';
import type { Attachment, Mail } from '../mime/mail.ts';
import { AllowedSenders } from './allowed-senders.ts';
import { JSON_TYPE, resultResponse, sendOver, settingsOf, signerOf, tagged } from './connection.ts';
import { formSchema, mailSchema } from './schemas.ts';

const FORM_TYPE = 'multipart/form-data';

const EXAMPLE = {
  from: 'aurora@example.com',
  to: 'harbour@example.com',
  subject: 'Arrival',
  text: 'We are there at noon.',
};

/** The route's description for the OpenAPI document. */
export const sendRoute = createRoute({
  ...tagged,
  method: 'post',
  path: '/send',
  operationId: 'send',
  summary: 'Compose and send a mail',
  description:
    'Scope `smtp:send:<connection>`. As JSON, or as a form with the JSON in `mail` and files in `attachment`.',
  request: {
    body: {
      required: true,
      content: {
        [JSON_TYPE]: { schema: mailSchema, example: EXAMPLE },
        [FORM_TYPE]: { schema: formSchema, example: { mail: JSON.stringify(EXAMPLE) } },
      },
    },
  },
  responses: resultResponse,
});

/** A mail as a caller sends it. */
interface RequestedMail extends Omit<Mail, 'from'> {
  /** Default: the only sender of the connection. */
  readonly from?: Mail['from'] | undefined;
  readonly connection?: string | undefined;
}

/** Answers `POST /smtp/send`. @throws HttpProblem 400, 415; FairleadError as `compose`, `connect` and `sendRaw`. */
export async function postMail(c: RouteContext): Promise<Response> {
  const { connection, from, ...rest } = await readMail(c);
  const target = resolveTarget(c, { action: 'send', connection });
  const settings = settingsOf(target);
  const allowed = new AllowedSenders(settings.from);
  const sender = from ?? allowed.only;
  if (sender === undefined) throw new HttpProblem('invalid', 'The mail needs a "from".');
  const mail: Mail = { ...rest, from: sender };
  allowed.checkMail(mail);
  // Before dialling, so that a mistake in the mail costs no connection.
  const { envelope, body, messageId } = await compose(mail, { sign: await signerOf(settings) });
  return sendOver(c, { target, settings, envelope, body, messageId });
}

/** @throws HttpProblem 400, 415; FairleadError `limit`. */
async function readMail(c: RouteContext): Promise<RequestedMail> {
  const type = c.req.header('Content-Type') ?? '';
  if (/^application\/json\s*(;|$)/i.test(type)) return withFiles(await readJson(c, mailSchema), []);
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    throw new HttpProblem('unsupported_media_type', `Send the mail as ${JSON_TYPE} or ${FORM_TYPE}.`, {
      headers: { Accept: `${JSON_TYPE}, ${FORM_TYPE}` },
    });
  }
  const form = await readForm(c, type);
  const text = form.get('mail');
  if (typeof text !== 'string')
    throw new HttpProblem('invalid', 'The form lacks its part "mail", the mail as JSON.');
  c.req.arrayBuffer = () => Promise.resolve(new Uint8Array(new TextEncoder().encode(text)).buffer);
  return withFiles(await readJson(c, mailSchema), form.getAll('attachment'));
}

async function readForm(c: RouteContext, type: string): Promise<FormData> {
  const bytes = await readBody(c);
  try {
    return await new Response(new Uint8Array(bytes), { headers: { 'Content-Type': type } }).formData();
  } catch (cause) {
    throw new HttpProblem('invalid', 'The request body is not a multipart form.', { cause });
  }
}

async function withFiles(
  { attachments = [], ...mail }: z.output<typeof mailSchema>,
  files: readonly unknown[],
): Promise<RequestedMail> {
  const list: Attachment[] = attachments.map((one) => ({ ...one, encoding: 'base64' }));
  for (const file of files) {
    if (typeof file === 'string' || !(file instanceof Blob)) {
      throw new HttpProblem('invalid', 'A part "attachment" of the form has no file name.');
    }
    const { name, type } = file as Blob & { readonly name?: string };
    const content = new Uint8Array(await file.arrayBuffer());
    list.push({ filename: name, contentType: type === '' ? undefined : type, content });
  }
  return { ...mail, attachments: list };
}
