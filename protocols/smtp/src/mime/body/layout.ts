// The structure of a mail's parts: multipart/alternative for the forms of the text, multipart/related for HTML with its
// pictures, multipart/mixed for attachments (RFC 2046 sections 5.1.3 and 5.1.4, RFC 2387).

import { usage } from '@fairlead/errors';
import { checkKnownKeys } from '../../options/known-keys.ts';
import type { Alternative, Attachment, CalendarEvent, Mail } from '../mail.ts';
import { readMediaType } from './content-type.ts';
import { filePart, multipart, type Part, textPart } from './part.ts';

/** An iTIP method (RFC 5546 section 1.4), or one of a later RFC. */
const METHOD = /^[A-Z][A-Z-]{0,40}$/;

/** The whole content of a mail as one part. @throws FairleadError `usage`. */
export function layOut(mail: Mail): Part {
  const attachments = listOf(mail.attachments, 'attachments');
  const files = attachments.map((one, i) => ({ part: filePart(one, i), isRelated: isRelated(one, mail) }));
  const related = files.filter((one) => one.isRelated).map(({ part }) => part);
  const others = files.filter((one) => !one.isRelated).map(({ part }) => part);
  const invitation = mail.icalEvent === undefined ? undefined : calendarParts(mail.icalEvent);
  const forms = formsOf(mail, related);
  if (invitation !== undefined) forms.push(invitation.shown);
  const body = forms.length > 1 ? [multipart('alternative', forms)] : forms;
  const parts = [...body, ...others, ...(invitation === undefined ? [] : [invitation.file])];
  const [only] = parts;
  if (only === undefined) return textPart('text/plain', [], '');
  return parts.length === 1 ? only : multipart('mixed', parts);
}

/** The simplest form first: a mail program shows the last one that it knows. */
function formsOf({ text, html, alternatives }: Mail, related: readonly Part[]): Part[] {
  const forms: Part[] = [];
  if (text !== undefined) forms.push(textPart('text/plain', [], checkedText(text, 'text')));
  for (const [i, one] of listOf(alternatives, 'alternatives').entries()) forms.push(alternativePart(one, i));
  if (html === undefined) return forms;
  const shown = textPart('text/html', [], checkedText(html, 'html'));
  forms.push(
    related.length === 0 ? shown : multipart('related', [shown, ...related], [['type', 'text/html']]),
  );
  return forms;
}

function isRelated({ cid }: Attachment, { html }: Mail): boolean {
  return cid !== undefined && html !== undefined;
}

function alternativePart(given: Alternative, index: number): Part {
  const what = `alternatives[${index}]`;
  checkKnownKeys(given, ['contentType', 'content'], what);
  const { type, parameters } = readMediaType(given.contentType, `${what}.contentType`);
  if (type.startsWith('multipart/')) throw usage(`${what}.contentType is multipart`);
  const others = parameters.filter(([name]) => name.toLowerCase() !== 'charset');
  return textPart(type, others, checkedText(given.content, `${what}.content`));
}

/** RFC 6047 section 2.4: the method of the part is the METHOD of its content. */
function calendarParts(event: CalendarEvent): { shown: Part; file: Part } {
  checkKnownKeys(event, ['content', 'method', 'filename'], 'icalEvent');
  const { filename = 'invite.ics' } = event;
  const content = checkedText(event.content, 'icalEvent.content');
  const inside = /^METHOD:[ \t]*([A-Z-]+)[ \t]*\r?$/im.exec(content)?.[1]?.toUpperCase();
  const given: unknown = event.method ?? inside ?? 'PUBLISH';
  const method = typeof given === 'string' ? given.toUpperCase() : '';
  if (!METHOD.test(method)) throw usage('icalEvent.method is not like REQUEST');
  if (inside !== undefined && inside !== method) {
    throw usage(`icalEvent.method is ${method}, and its content says ${inside}`);
  }
  return {
    shown: textPart('text/calendar', [['method', method]], content),
    file: filePart({ filename, contentType: 'application/ics', content }, 0),
  };
}

function checkedText(text: unknown, what: string): string {
  if (typeof text !== 'string') throw usage(`${what} is not text`);
  return text;
}

function listOf<T>(given: readonly T[] | undefined, what: string): readonly T[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw usage(`${what} is not a list`);
  return given;
}
