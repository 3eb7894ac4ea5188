// The schemas of requests, answers and settings.
import { type EntrySettings, list, tlsOrStartTlsSchema } from '@fairlead/http';
import { z } from '@hono/zod-openapi';

const addressSchema = z
  .union([
    z.string().min(1).max(10_000),
    z.strictObject({ name: z.string().optional(), address: z.string().min(1) }),
  ])
  .openapi({ example: 'Name <user@example.com>' });
const addressesSchema = z.union([addressSchema, list(z.array(addressSchema))]);

const headerValueSchema = z.union([z.string(), z.strictObject({ prepared: z.string() })]);
const headersSchema = z
  .record(z.string(), z.union([headerValueSchema, list(z.array(headerValueSchema))]))
  .openapi({
    description:
      'Text is encoded where needed; { "prepared": "..." } is sent as it is, folded by CR LF and white space',
  });

const attachmentSchema = z.strictObject({
  filename: z.string().optional(),
  contentType: z.string().optional(),
  content: z.base64().openapi({ description: 'In base64' }),
  disposition: z.enum(['attachment', 'inline']).optional(),
  cid: z.string().optional(),
  headers: headersSchema.optional(),
});

const linksSchema = z.union([z.string(), list(z.array(z.string()).min(1))]);
const listSchema = z
  .strictObject({
    id: z.union([z.string(), z.strictObject({ name: z.string().optional(), id: z.string() })]).optional(),
    unsubscribe: linksSchema.optional(),
    oneClick: z.boolean().optional(),
    help: linksSchema.optional(),
    subscribe: linksSchema.optional(),
    post: linksSchema.optional(),
    owner: linksSchema.optional(),
    archive: linksSchema.optional(),
  })
  .openapi({ description: 'List-ID and its kind; URLs or addresses' });

const notifySchema = z.union([
  z.literal('never'),
  list(z.array(z.enum(['success', 'failure', 'delay'])).min(1)),
]);
const identifiersSchema = z.union([z.string(), list(z.array(z.string()))]);

const envelopeSchema = z.strictObject({
  from: z.string().optional(),
  to: list(z.array(z.string()).min(1)).optional(),
  return: z.enum(['full', 'headers']).optional(),
  envelopeId: z.string().optional(),
  requireTls: z.boolean().optional(),
});

/** A mail, as JSON. */
export const mailSchema = z
  .strictObject({
    connection: z.string().min(1).max(64).optional(),
    from: addressesSchema.optional().openapi({ description: 'Default: the only sender of the connection' }),
    sender: addressSchema.optional(),
    to: addressesSchema.optional(),
    cc: addressesSchema.optional(),
    bcc: addressesSchema.optional(),
    replyTo: addressesSchema.optional(),
    subject: z.string().optional(),
    text: z.string().optional(),
    html: z.string().optional(),
    attachments: z.array(attachmentSchema).max(100).optional(),
    alternatives: z
      .array(z.strictObject({ contentType: z.string(), content: z.string() }))
      .max(10)
      .optional(),
    icalEvent: z
      .strictObject({ content: z.string(), method: z.string().optional(), filename: z.string().optional() })
      .optional(),
    headers: headersSchema.optional(),
    list: listSchema.optional(),
    priority: z.enum(['high', 'normal', 'low']).optional(),
    messageId: z.string().optional(),
    inReplyTo: identifiersSchema.optional(),
    references: identifiersSchema.optional(),
    date: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .optional()
      .openapi({ type: 'string', format: 'date-time' }),
    dsn: z
      .strictObject({
        notify: notifySchema.optional(),
        return: z.enum(['full', 'headers']).optional(),
        envelopeId: z.string().optional(),
      })
      .optional(),
    envelope: envelopeSchema.optional(),
  })
  .openapi('Mail');

/** A mail as a form: its JSON, and its files. */
export const formSchema = z.object({
  mail: z.string().openapi({ description: 'The mail as JSON, as for application/json' }),
  attachment: z
    .array(z.any().openapi({ type: 'string', format: 'binary' }))
    .optional()
    .openapi({ description: 'Files; their names and types are those of the parts' }),
});

/** The result of a mail that at least one recipient gets. */
export const resultSchema = z
  .object({
    accepted: z.array(z.string()),
    rejected: z.array(
      z.object({
        address: z.string(),
        code: z.number().int(),
        enhanced: z.string().optional(),
        message: z.string(),
      }),
    ),
    response: z.string().openapi({ example: '250 2.0.0 Ok: queued as 4Xy' }),
    messageId: z.string().optional(),
  })
  .openapi('MailResult');

const tlsSchema = z.union([z.boolean(), z.literal('starttls')]);

/** What a mail server offers. */
export const probeSchema = z
  .object({
    address: z.string().optional(),
    connection: z.string().optional(),
    greeting: z.string(),
    tls: tlsSchema.openapi({ description: 'true: from the first byte; false: the server offers none' }),
    capabilities: z.object({
      name: z.string(),
      extended: z.boolean(),
      startTls: z.boolean(),
      pipelining: z.boolean(),
      chunking: z.boolean(),
      eightBitMime: z.boolean(),
      smtpUtf8: z.boolean(),
      dsn: z.boolean(),
      requireTls: z.boolean(),
      enhancedStatusCodes: z.boolean(),
      size: z.number().optional(),
      auth: z.array(z.string()),
      extensions: z.record(z.string(), z.array(z.string())),
    }),
  })
  .openapi('MailProbe');

const dkimSchema = z.strictObject({
  domain: z.string(),
  selector: z.string(),
  privateKey: z.string(),
  expireSeconds: z.number().int().positive().optional(),
});

/**
 * The settings of an entry of `FAIRLEAD_CONNECTIONS`, beside its URL. Unknown settings are refused: a misspelt `from` would
 * allow every sender.
 */
export const settingsSchema = z.strictObject({
  username: z.string().optional(),
  password: z.string().optional(),
  accessToken: z.string().optional(),
  authorizationIdentity: z.string().optional(),
  mechanisms: z.array(z.string()).optional(),
  tls: tlsOrStartTlsSchema.optional(),
  authWithoutTls: z.enum(['refuse', 'challenge', 'cleartext']).optional(),
  name: z.string().optional(),
  chunking: z.boolean().optional(),
  from: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  dkim: z.union([dkimSchema, z.array(dkimSchema).min(1)]).optional(),
});

/** The same, for operators. */
export const entrySettings: EntrySettings = {
  schema: settingsSchema,
  shown: ['mechanisms', 'tls', 'authWithoutTls', 'name', 'from'],
};

/** A connection's settings. */
export type ConnectionSettings = z.output<typeof settingsSchema>;
