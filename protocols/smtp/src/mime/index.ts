// `@fairlead/smtp/mime`: composes mails and sends them. The exports, and nothing else.
export {
  type Composed,
  type ComposeOptions,
  compose,
  type MailResult,
  type Signer,
  sendMail,
} from './compose.ts';
export type {
  Alternative,
  Attachment,
  CalendarEvent,
  Content,
  Headers,
  HeaderValue,
  Mail,
  MailAddress,
  MailAddresses,
  MailDsn,
  MailingList,
} from './mail.ts';
export { type SendOptions, send } from './send.ts';
