// The client's exports. A bundler leaves out what is not imported. The HTTP face is `@fairlead/irc/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export type { IrcClient } from './client.ts';
export { connect } from './connection/connect.ts';
export type { EventsOptions } from './connection/event-queues.ts';
export { ctcp } from './ctcp/ctcp-request.ts';
export { chatHistory, type HistoryOptions, type HistoryPoint } from './history/chat-history.ts';
export type {
  CallOptions,
  EventOverflow,
  EventQueueOptions,
  IrcOptions,
  RequestOptions,
  SaslMechanism,
} from './options/connect-options.ts';
export { names } from './queries/names.ts';
export { type Topic, topic } from './queries/topic.ts';
export { type Whois, type WhoisChannel, whois } from './queries/whois.ts';
export { type RejoinOptions, rejoinAfterKick } from './rejoin/rejoin-after-kick.ts';
export type { Isupport } from './session/channels/isupport.ts';
export type { JoinParams, Rejoin, RejoinPolicy } from './session/channels/rejoin.ts';
export type { KeepAliveOptions } from './session/keep-alive.ts';
export type { Answer } from './session/outgoing/pending-requests.ts';
export type { FloodOptions } from './session/outgoing/send-queue.ts';
export type { RegistrationOptions } from './session/registration/registration-options.ts';
export type { CtcpReplies, SessionOptions } from './session/session-options.ts';
export type { StsPolicy, StsStore } from './sts/sts-policy.ts';
export type { SayOptions, Sent } from './text/send-text.ts';
export type * from './types.ts';
export { parseMessage } from './wire/decode.ts';
export { formatMessage, type MessageDraft } from './wire/encode.ts';
export { type CaseMapping, foldCase } from './wire/names/casemap.ts';
export { isHostname, matchMask, parseSource } from './wire/names/mask.ts';
export { isNumeric, NUMERICS, type Numeric, type NumericName } from './wire/numerics.ts';
