// The criteria of `POST /imap/search` as a schema: what `SearchCriteria` has, without Gmail's numbers, which come as digits.
import { z } from '@hono/zod-openapi';
import { MAX_NUMBER } from '../../names/number-set.ts';
import { uids } from '../target/schemas.ts';

/** Servers search slowly, and each of these is another pass. */
const MAX_LIST = 100;

const text = z
  .string()
  .max(10_000)
  .refine(
    (one) => !/[\0\r\n]/.test(one) && one.isWellFormed(),
    'holds CR, LF, NUL or half of a surrogate pair',
  );
const words = z.union([text, z.array(text).min(1).max(MAX_LIST)]);
const isSet = z.boolean();
const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, 'must be a date as 2026-01-31')
  .refine((one) => !Number.isNaN(Date.parse(one)), 'is no date of the calendar');
const digits = z.string().regex(/^\d{1,20}$/, 'must be digits');
const count = z.int().min(0).max(MAX_NUMBER);
const atom = z.string().regex(/^\\?[!#$&'+-Z^-z|}~]{1,200}$/, 'must be a keyword as $Junk');
const atoms = z.union([atom, z.array(atom).min(1).max(MAX_LIST)]);
const identifier = z.string().regex(/^[\w-]{1,255}$/, 'must be an identifier as the server gave it');
const field = z.string().regex(/^[!-9;-~]{1,200}$/, 'must be the name of a header field');

const recursion = { type: 'object' as const, additionalProperties: true };
const nested: z.ZodType<Readonly<Record<string, unknown>>> = /* @__PURE__ */ z
  .lazy(() => criteriaSchema)
  .openapi({ ...recursion, description: 'Criteria' });

const flagsAndWords = {
  all: isSet.optional(),
  answered: isSet.optional(),
  deleted: isSet.optional(),
  draft: isSet.optional(),
  flagged: isSet.optional(),
  seen: isSet.optional(),
  recent: isSet.optional(),
  new: isSet.optional(),
  old: isSet.optional(),
  keyword: atoms.optional(),
  unkeyword: atoms.optional(),
  from: words.optional(),
  to: words.optional(),
  cc: words.optional(),
  bcc: words.optional(),
  subject: words.optional(),
  body: words.optional(),
  text: words.optional().openapi({ description: 'In the header or the body' }),
  header: z
    .record(field, z.union([words, z.literal(true)]))
    .optional()
    .openapi({ description: 'By name of the field; `true`: it is there' }),
};

const days = {
  before: day.optional(),
  on: day.optional(),
  since: day.optional().openapi({ example: '2026-11-01' }),
  sentBefore: day.optional(),
  sentOn: day.optional(),
  sentSince: day.optional(),
  savedBefore: day.optional(),
  savedOn: day.optional(),
  savedSince: day.optional(),
};

const numbers = {
  younger: count.optional().openapi({ description: 'Seconds before now' }),
  older: count.optional().openapi({ description: 'Seconds before now' }),
  larger: count.optional().openapi({ description: 'Bytes' }),
  smaller: count.optional().openapi({ description: 'Bytes' }),
  uid: uids.optional(),
  modSeq: digits.optional(),
  emailId: identifier.optional(),
  threadId: identifier.optional(),
  gmailRaw: text.optional().openapi({ description: 'Gmail’s own search language' }),
  gmailMessageId: digits.optional(),
  gmailThreadId: digits.optional(),
  gmailLabels: words.optional(),
};

/** Messages that fulfil everything named in it. */
export const criteriaSchema = z
  .strictObject({
    ...flagsAndWords,
    ...days,
    ...numbers,
    fuzzy: nested.optional(),
    not: z.union([nested, z.array(nested).min(1).max(MAX_LIST)]).optional(),
    or: z.array(nested).min(1).max(MAX_LIST).optional().openapi({ description: 'At least one of them' }),
    and: z.array(nested).min(1).max(MAX_LIST).optional(),
  })
  .openapi('ImapCriteria');
