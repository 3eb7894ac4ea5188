// Members that several IMAP routes have, for checks and for the OpenAPI document. Data only.
import { list } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import { MAX_NUMBER } from '../../names/number-set.ts';
import { sequenceSet } from '../../wire/values.ts';
import { mailboxFault } from './fence.ts';

const MAX_UIDS = 10_000;
const MAX_FLAGS = 100;

/** The connection's name. */
export const connection = z.string().min(1).max(64).optional().openapi({ description: 'A named connection' });

/** A mailbox, never a pattern. */
export const mailbox = z
  .string()
  .superRefine((name, context) => {
    const fault = mailboxFault(name);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  })
  .openapi({ type: 'string', description: 'Its name as `/imap/list` tells it', example: 'INBOX' });

/** A UID, or another number of 32 bits. */
export const number = z.int().min(1).max(MAX_NUMBER);

/** Of the mailbox that UIDs are from. */
export const uidValidity = number.openapi({
  description: 'As told beside the UIDs. Another one than the mailbox’s is answered 409, and nothing is done',
});

const isSet = (text: string): boolean => {
  try {
    return text !== '$' && sequenceSet(text) !== '';
  } catch {
    return false;
  }
};

/** UIDs as IMAP writes them. */
export const uidSet = z
  .string()
  .max(100_000)
  .refine(isSet, 'must be UIDs as 1:4,7 or 100:*')
  .openapi({ type: 'string', description: 'UIDs: `7`, `1:4,7`, `100:*`', example: '1:4,7' });

/** UIDs: one, a list, or a set. */
export const uids = z.union([number, list(z.array(number).min(1).max(MAX_UIDS)), uidSet]).openapi({
  description: 'One, a list, or a set as IMAP writes it: `1:4,7`',
  example: '1:4,7',
});

/** A flag or a keyword. */
const flag = z
  .string()
  .max(200)
  .regex(/^\\?[!#$&'+-Z^-z|}~]+$/, 'must be a flag as \\Seen or $Junk');

/** Flags. */
export const flags = z.array(flag).max(MAX_FLAGS);

/** A number in the query. */
export function numberText(max: number, description: string, example?: number) {
  return z
    .string()
    .refine(
      (text) => /^[1-9]\d{0,9}$/.test(text) && Number(text) <= max,
      `must be a whole number from 1 to ${max}`,
    )
    .transform(Number)
    .openapi({ type: 'integer', minimum: 1, maximum: max, description, ...(example && { example }) });
}

/** `uidValidity` in the query. */
export const uidValidityText = numberText(
  MAX_NUMBER,
  'As told beside the UIDs. Another one than the mailbox’s is answered 409',
).optional();
