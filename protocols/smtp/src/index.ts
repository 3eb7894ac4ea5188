// The client's exports. Composing mails is in `@fairlead/smtp/mime`, signing in `@fairlead/smtp/dkim`, the HTTP routes are
// in `@fairlead/smtp/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { connect, type SmtpClient } from './client.ts';
export type { CallOptions, SmtpOptions, TlsMode } from './options/connect-options.ts';
export { type ProbeResult, probe } from './probe.ts';
export type {
  Body,
  Capabilities,
  Envelope,
  Notify,
  Recipient,
  Rejection,
  Reply,
  SendResult,
  ServerInfo,
} from './types.ts';
