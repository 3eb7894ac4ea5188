// One part of a message with its header fields: text, a file, or a multipart. A file's content is encoded when the message
// is written.

import { usage } from '@fairlead/errors';
import { checkKnownKeys } from '../../options/known-keys.ts';
import { assertSingleLine } from '../../options/single-line.ts';
import { fromMailBase64 } from '../../wire/base64.ts';
import { customFields } from '../header/custom-fields.ts';
import { field } from '../header/folding.ts';
import type { Attachment, Content } from '../mail.ts';
import { readMediaType, withParameters } from './content-type.ts';
import { mediaTypeOf } from './file-types.ts';
import { encodeText } from './text-encoding.ts';

/** A part. `fields`: its header, each field with its CR LF. */
export type Part =
  | { readonly kind: 'text'; readonly fields: string; readonly bytes: Uint8Array; readonly eightBit: false }
  | {
      readonly kind: 'file';
      readonly fields: string;
      readonly content: Content;
      readonly asBase64: boolean;
      readonly eightBit: boolean;
    }
  | {
      readonly kind: 'multipart';
      readonly fields: string;
      readonly boundary: string;
      readonly parts: readonly Part[];
      readonly eightBit: boolean;
    };

type Parameters = readonly (readonly [name: string, value: string])[];

const ATTACHMENT_KEYS: readonly string[] = [
  'filename',
  'contentType',
  'content',
  'encoding',
  'disposition',
  'cid',
  'headers',
];
const HINTS: Readonly<Record<string, string>> = {
  path: 'open the file and give its bytes as content',
  href: 'fetch it and give the body of the response as content',
  raw: 'give the file as content, with its contentType',
  contentDisposition: 'it is called disposition',
  contentTransferEncoding: 'it is base64, and 8bit for message/*',
};

/** A part that a mail program shows. */
export function textPart(type: string, parameters: Parameters, content: string): Part {
  const { encoding, bytes } = encodeText(content);
  const fields =
    field('Content-Type', withParameters(type, [...parameters, ['charset', 'utf-8']])) +
    field('Content-Transfer-Encoding', [encoding]);
  return { kind: 'text', fields, bytes, eightBit: false };
}

/** Several parts as one (RFC 2046 section 5.1). */
export function multipart(kind: string, parts: readonly Part[], parameters: Parameters = []): Part {
  // `=_` occurs in no line of quoted-printable or base64.
  const boundary = `=_${crypto.randomUUID()}`;
  const eightBit = parts.some((one) => one.eightBit);
  const type = withParameters(`multipart/${kind}`, [...parameters, ['boundary', boundary]]);
  // RFC 2045 section 6.4: a multipart declares the encodings of its parts.
  const encoding = eightBit ? field('Content-Transfer-Encoding', ['8bit']) : '';
  return { kind: 'multipart', fields: field('Content-Type', type) + encoding, boundary, parts, eightBit };
}

/**
 * A file. @param index Its place in the list, from 0.
 * @throws FairleadError `usage`.
 */
export function filePart(attachment: Attachment, index: number): Part {
  const what = `attachments[${index}]`;
  checkKnownKeys(attachment, ATTACHMENT_KEYS, what, HINTS);
  const { contentType, cid, headers = {} } = attachment;
  const {
    disposition = cid === undefined ? 'attachment' : 'inline',
    filename = `attachment-${index + 1}${contentType === undefined ? '.bin' : ''}`,
  } = attachment;
  assertSingleLine(filename, `${what}.filename`);
  if (cid !== undefined && !(typeof cid === 'string' && /^[!-;=?-~]{1,200}$/.test(cid))) {
    throw usage(`${what}.cid is not printable ASCII without <>`);
  }
  if (disposition !== 'attachment' && disposition !== 'inline') {
    throw usage(`${what}.disposition is 'attachment' or 'inline'`);
  }
  if (typeof headers !== 'object' || headers === null) throw usage(`${what}.headers is not an object`);
  const content = contentOf(attachment, what);
  const { type, parameters } = readMediaType(contentType ?? mediaTypeOf(filename), `${what}.contentType`);
  if (type.startsWith('multipart/')) throw usage(`${what}.contentType is multipart`);
  // RFC 2046 section 5.2.1: a message within a message is not encoded.
  const asBase64 = !type.startsWith('message/');
  let fields = field(
    'Content-Type',
    withParameters(type, typeParameters(attachment, type, parameters, filename)),
  );
  fields += field('Content-Transfer-Encoding', [asBase64 ? 'base64' : '8bit']);
  fields += field('Content-Disposition', withParameters(disposition, [['filename', filename]]));
  if (cid !== undefined) fields += field('Content-ID', [`<${cid}>`]);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) fields += customFields(name, value, true);
  }
  return { kind: 'file', fields, content, asBase64, eightBit: !asBase64 };
}

/** `name` is for old mail programs, which do not read the file name of Content-Disposition. */
function typeParameters(
  { content, encoding }: Attachment,
  type: string,
  parameters: Parameters,
  filename: string,
): Parameters {
  const has = (name: string): boolean => parameters.some(([one]) => one.toLowerCase() === name);
  const isText = typeof content === 'string' && encoding !== 'base64' && type.startsWith('text/');
  return [
    ...parameters,
    ...(isText && !has('charset') ? [['charset', 'utf-8'] as const] : []),
    ...(has('name') ? [] : [['name', filename] as const]),
  ];
}

function contentOf({ content, encoding = 'utf-8' }: Attachment, what: string): Content {
  if (encoding !== 'utf-8' && encoding !== 'base64') throw usage(`${what}.encoding is 'utf-8' or 'base64'`);
  if (typeof content === 'string') return encoding === 'utf-8' ? content : decoded(content, what);
  const isContent =
    content instanceof Uint8Array ||
    content instanceof ReadableStream ||
    typeof content?.[Symbol.asyncIterator] === 'function';
  if (!isContent)
    throw usage(`${what}.content is text, bytes, a ReadableStream of bytes, or an async iterable of bytes`);
  if (encoding === 'base64') throw usage(`${what}.encoding is for content that is text`);
  return content;
}

function decoded(text: string, what: string): Uint8Array {
  const bytes = fromMailBase64(text);
  if (bytes === undefined) throw usage(`${what}.content is not base64`);
  return bytes;
}
