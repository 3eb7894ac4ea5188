// A mail out of a request, as JSON or as a form with files. It checks the shape; what the mail may say is checked later.
import { HttpProblem, type RouteContext, readBody, readJson } from '@fairlead/http';
import type { z } from '@hono/zod-openapi';
import type { Attachment, Mail } from '../mime/mail.ts';
import { mailSchema } from './schemas.ts';

export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'multipart/form-data';

/** A mail as a caller sends it. */
export interface RequestedMail extends Omit<Mail, 'from'> {
  /** Default: the only sender of the connection. */
  readonly from?: Mail['from'] | undefined;
  readonly connection?: string | undefined;
}

/** @throws HttpProblem 400, 415; FairleadError `limit`. */
export async function readMail(c: RouteContext): Promise<RequestedMail> {
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
    throw new HttpProblem('invalid', 'The request body is no multipart form.', { cause });
  }
}

async function withFiles(
  { attachments = [], ...mail }: z.output<typeof mailSchema>,
  files: readonly unknown[],
) {
  const list: Attachment[] = attachments.map((one) => ({ ...one, content: fromBase64(one.content) }));
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

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
