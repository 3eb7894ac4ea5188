// What a mail's header may hold. It refuses, and never strips: who smuggles a header in shall hear of it.
import { usage } from '../errors.ts';
import type { Attachment, Mail } from './mail.ts';

/** RFC 5322 section 2.2: printable ASCII without a colon; no server takes more than letters, digits and hyphens. */
const FIELD = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/;
/** Fields that have an option of their own, and those that the composer writes. */
const OWN =
  /^(from|sender|reply-to|to|cc|bcc|subject|date|message-id|in-reply-to|references|mime-version|content-.*|resent-bcc|dkim-signature)$/i;
const MESSAGE_ID = /^<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>$/;
const CONTENT_TYPE = /^[a-z0-9][\w!#$&^.+-]*\/[a-z0-9][\w!#$&^.+-]*(\s*;[ -~]*)?$/i;

/** Checks everything but the addresses. @throws FairleadError `usage`. */
export function checkMail(mail: Mail): void {
  if (mail.subject !== undefined) checkText(mail.subject, 'subject');
  for (const part of ['text', 'html'] as const) {
    if (mail[part] !== undefined && typeof mail[part] !== 'string') throw usage(`${part} is text`);
  }
  const { messageId, inReplyTo, references = [] } = mail;
  for (const [id, name] of [[messageId, 'messageId'] as const, [inReplyTo, 'inReplyTo'] as const]) {
    if (id !== undefined) checkMessageId(id, name);
  }
  for (const id of referencesOf(references)) checkMessageId(id, 'references');
  if (mail.date !== undefined && Number.isNaN(mail.date.getTime())) throw usage('date is no date');
  for (const [name, value] of Object.entries(mail.headers ?? {})) checkField(name, value);
  for (const attachment of mail.attachments ?? []) checkAttachment(attachment);
}

/** One identifier each. */
export function referencesOf(references: string | readonly string[]): string[] {
  if (typeof references !== 'string') return [...references];
  assertOneLine(references, 'references');
  return references.split(' ').filter((id) => id !== '');
}

function checkMessageId(id: string, name: string): void {
  if (typeof id !== 'string' || !MESSAGE_ID.test(id)) throw usage(`${name} is not like <unique@example.com>`);
}

function checkField(name: string, value: string | readonly string[]): void {
  if (!FIELD.test(name)) throw usage('the name of a header field is letters, digits and hyphens');
  if (OWN.test(name)) throw usage(`the header field ${name} is not given in headers: it has an option`);
  for (const one of typeof value === 'string' ? [value] : value) checkText(one, `the header field ${name}`);
}

function checkAttachment({ filename, contentType, cid, content, disposition }: Attachment): void {
  if (filename !== undefined) checkText(filename, 'filename');
  if (cid !== undefined && !/^[!-;=?-~]{1,200}$/.test(cid)) throw usage('cid is printable ASCII without <>');
  if (contentType !== undefined && (!CONTENT_TYPE.test(contentType) || /^multipart\//i.test(contentType))) {
    throw usage('contentType is not like text/csv, or is multipart');
  }
  if (!/^(attachment|inline)$/.test(disposition ?? 'inline')) {
    throw usage("disposition is 'attachment' or 'inline'");
  }
  if (content === undefined || content === null) throw usage('an attachment needs content');
}

function checkText(text: string, what: string): void {
  if (typeof text !== 'string') throw usage(`${what} is text`);
  assertOneLine(text, what);
}

/** @throws FairleadError `usage` for a text that would break out of its line. */
export function assertOneLine(text: string, what: string): void {
  if (/[\r\n\0]/.test(text)) throw usage(`${what} must not hold CR, LF or NUL`);
}
