// Everything that an IMAP server can say, as one closed union. Types only.
import type { NumberSet } from '../../names/number-set.ts';
import type { FetchResponse } from './fetch.ts';
import type {
  AclResponse,
  EsearchResponse,
  ListResponse,
  ListRightsResponse,
  MyRightsResponse,
  NamespaceResponse,
  QuotaResponse,
  QuotaRootResponse,
  SearchResponse,
  StatusResponse,
  ThreadResponse,
  VanishedResponse,
} from './mailbox.ts';

/** What stands in brackets before a text (RFC 9051 section 7.1). Which data come with it depends on its name. */
export interface ResponseCode {
  /** In upper case: `TRYCREATE`, `ALERT`, `APPENDUID`. */
  readonly name: string;
  /** All that follows the name, as sent. */
  readonly argument: string | undefined;
  /** UIDNEXT, UIDVALIDITY, UNSEEN; the UIDVALIDITY of APPENDUID. */
  readonly number?: number;
  /** HIGHESTMODSEQ. */
  readonly modSeq?: bigint;
  /** CAPABILITY, PERMANENTFLAGS, BADCHARSET. */
  readonly words?: readonly string[];
  /** APPENDUID, MODIFIED. */
  readonly set?: NumberSet;
}

/** A text with its code, as most responses end. */
export interface ResponseText {
  readonly code: ResponseCode | undefined;
  readonly text: string;
}

/** `A1 OK ...`: the end of a command. */
export interface TaggedResponse extends ResponseText {
  readonly type: 'tagged';
  readonly tag: string;
  readonly status: 'OK' | 'NO' | 'BAD';
}

/** `* OK ...`, the greeting, `* BYE ...`. */
export interface ConditionResponse extends ResponseText {
  readonly type: 'condition';
  readonly status: 'OK' | 'NO' | 'BAD' | 'PREAUTH' | 'BYE';
}

/** `+ ...`. */
interface ContinuationResponse {
  readonly type: 'continuation';
  /** All that follows `+ `: a challenge in base64, or words for people. */
  readonly text: string;
}

/** `* CAPABILITY`, `* ENABLED`: in upper case; `* FLAGS`: as sent. */
export interface WordsResponse {
  readonly type: 'capability' | 'enabled' | 'flags';
  readonly words: readonly string[];
}

/** `* 23 EXISTS`, `* 5 RECENT`, `* 44 EXPUNGE`. */
interface NumberResponse {
  readonly type: 'exists' | 'recent' | 'expunge';
  readonly number: number;
}

/** `* ID` (RFC 2971): names in lower case. */
export interface IdResponse {
  readonly type: 'id';
  readonly fields: Readonly<Record<string, string | undefined>>;
}

/** An untagged response that this package does not know. */
interface UnknownResponse {
  readonly type: 'unknown';
  /** Its first word, in upper case. */
  readonly name: string;
}

/** One response of a server. */
export type Response =
  | TaggedResponse
  | ConditionResponse
  | ContinuationResponse
  | WordsResponse
  | NumberResponse
  | IdResponse
  | UnknownResponse
  | FetchResponse
  | ListResponse
  | StatusResponse
  | NamespaceResponse
  | QuotaResponse
  | QuotaRootResponse
  | AclResponse
  | MyRightsResponse
  | ListRightsResponse
  | SearchResponse
  | EsearchResponse
  | ThreadResponse
  | VanishedResponse;
