// A message as JSON has it, and the words for it in the OpenAPI document.
import { z } from '@hono/zod-openapi';
import type { FetchItems, Message } from '../../types/messages.ts';

/** What a caller may ask for, by name. */
export const ITEMS = [
  'flags',
  'envelope',
  'structure',
  'size',
  'internalDate',
  'modSeq',
  'objectIds',
  'preview',
  'gmail',
] as const satisfies readonly (keyof FetchItems)[];

/** One of them. */
export type Item = (typeof ITEMS)[number];

/** Whether a text is one of them. */
export const isItem = (text: string): text is Item => ITEMS.some((item) => item === text);

/** What is asked for where the caller says nothing. */
export const DEFAULT_ITEMS: readonly Item[] = ['flags', 'envelope', 'structure', 'size', 'internalDate'];

const open = { type: 'object' as const, additionalProperties: true };

const addressSchema = z
  .object({
    name: z.string().optional(),
    address: z.string().optional(),
    group: z.array(z.object({}).openapi(open)).optional(),
  })
  .openapi('ImapAddress');
const addresses = z.array(addressSchema);

const envelopeSchema = z
  .object({
    date: z.string().optional().openapi({ format: 'date-time' }),
    dateText: z.string().optional(),
    subject: z.string().optional(),
    from: addresses,
    sender: addresses,
    replyTo: addresses,
    to: addresses,
    cc: addresses,
    bcc: addresses,
    inReplyTo: z.string().optional(),
    messageId: z.string().optional(),
  })
  .openapi('ImapEnvelope');

const partSchema = z
  .object({
    part: z.string().openapi({ description: 'For `/imap/part`' }),
    type: z.string().openapi({ description: 'As the mail says it; not to be believed' }),
    parameters: z.record(z.string(), z.string()),
    encoding: z.string().optional(),
    size: z.int().optional().openapi({ description: 'Bytes before decoding' }),
    disposition: z.string().optional(),
    filename: z.string().optional(),
    parts: z.array(z.object({}).openapi(open)).openapi({ description: 'Parts in it, of the same members' }),
  })
  .openapi('ImapPart');

/** One message. */
export const messageSchema = z
  .object({
    uid: z.int(),
    uidValidity: z.int(),
    flags: z.array(z.string()).optional(),
    envelope: envelopeSchema.optional(),
    structure: partSchema.optional(),
    size: z.int().optional(),
    internalDate: z.string().optional().openapi({ format: 'date-time' }),
    modSeq: z.string().optional().openapi({ description: 'Digits' }),
    emailId: z.string().optional(),
    threadId: z.string().optional(),
    preview: z.string().optional(),
    gmail: z.object({ messageId: z.string(), threadId: z.string(), labels: z.array(z.string()) }).optional(),
  })
  .openapi('ImapMessage');

/** A message without its place in the mailbox, which holds for a moment only. */
export function plainMessage({ sequence: _sequence, ...message }: Message, uidValidity: number) {
  return { ...message, uidValidity };
}
