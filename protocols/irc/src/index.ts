// The client's exports, and nothing else. A bundler leaves out what is not imported. The HTTP face is `@fairlead/irc/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { type CaseMapping, foldCase } from './casemap.ts';
export { Message, parseMessage } from './decode.ts';
export { formatMessage, type MessageDraft } from './encode.ts';
export { isHostname, matchMask, parseSource } from './mask.ts';
export type * from './messages.ts';
export { isNumeric, NUMERICS, type Numeric, type NumericName } from './numerics.ts';
