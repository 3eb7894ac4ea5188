// What responses say of mailboxes. Types only.
import type { NumberSet } from '../../names/number-set.ts';

/** `* LIST` or `* LSUB` (RFC 9051 section 7.3.1). */
export interface ListResponse {
  readonly type: 'list' | 'lsub';
  /** `\HasChildren`, `\Noselect`, `\Sent` ...: as sent. */
  readonly attributes: readonly string[];
  /** The hierarchy delimiter; `undefined` where the names are flat. */
  readonly delimiter: string | undefined;
  /** Decoded. */
  readonly name: string;
  /** As the server sent it: what to send back where the name cannot be decoded. */
  readonly rawName: string;
  /** CHILDINFO: by which selections children match (`SUBSCRIBED`). Empty where there is none. */
  readonly childInfo: readonly string[];
  readonly oldName: string | undefined;
}

/** `* STATUS` (RFC 9051 section 7.3.4). */
export interface StatusResponse {
  readonly type: 'status';
  readonly name: string;
  readonly rawName: string;
  readonly messages: number | undefined;
  readonly recent: number | undefined;
  readonly uidNext: number | undefined;
  readonly uidValidity: number | undefined;
  readonly unseen: number | undefined;
  readonly deleted: number | undefined;
  /** Bytes of all messages. */
  readonly size: number | undefined;
  readonly deletedStorage: bigint | undefined;
  readonly highestModSeq: bigint | undefined;
  readonly appendLimit: number | undefined;
  readonly mailboxId: string | undefined;
}

/** One prefix of a namespace. */
export interface Namespace {
  readonly prefix: string;
  readonly delimiter: string | undefined;
}

/** `* NAMESPACE` (RFC 9051 section 7.3.5). Empty for NIL. */
export interface NamespaceResponse {
  readonly type: 'namespace';
  readonly personal: readonly Namespace[];
  readonly otherUsers: readonly Namespace[];
  readonly shared: readonly Namespace[];
}

/** `* QUOTA` (RFC 9208). */
export interface QuotaResponse {
  readonly type: 'quota';
  readonly root: string;
  /** `STORAGE` counts in units of 1,024 bytes. */
  readonly resources: readonly { readonly name: string; readonly usage: bigint; readonly limit: bigint }[];
}

/** `* QUOTAROOT`. */
export interface QuotaRootResponse {
  readonly type: 'quotaroot';
  readonly name: string;
  readonly roots: readonly string[];
}

/** `* ACL` (RFC 4314). */
export interface AclResponse {
  readonly type: 'acl';
  readonly name: string;
  readonly entries: readonly { readonly identifier: string; readonly rights: string }[];
}

/** `* MYRIGHTS`. */
export interface MyRightsResponse {
  readonly type: 'myrights';
  readonly name: string;
  readonly rights: string;
}

/** `* LISTRIGHTS`. */
export interface ListRightsResponse {
  readonly type: 'listrights';
  readonly name: string;
  readonly identifier: string;
  /** Always granted. */
  readonly required: string;
  /** Groups of rights that are granted together. */
  readonly optional: readonly string[];
}

/** `* SEARCH` and `* SORT`: in the server's order. */
export interface SearchResponse {
  readonly type: 'search' | 'sort';
  readonly numbers: readonly number[];
  readonly modSeq: bigint | undefined;
}

/** `* ESEARCH` (RFC 4731, RFC 9394). Sets are never expanded. */
export interface EsearchResponse {
  readonly type: 'esearch';
  /** The tag of the command that it answers. */
  readonly tag: string | undefined;
  readonly isUid: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly count: number | undefined;
  readonly all: NumberSet | undefined;
  /** The page as asked for (`1:100`), and what is on it. */
  readonly partial: { readonly range: string; readonly set: NumberSet } | undefined;
  readonly modSeq: bigint | undefined;
}

/** A message in a thread, with the answers to it. `undefined`: the message that they answer is not in the mailbox. */
export interface ThreadNode {
  readonly number: number | undefined;
  readonly children: readonly ThreadNode[];
}

/** `* THREAD` (RFC 5256). */
export interface ThreadResponse {
  readonly type: 'thread';
  readonly threads: readonly ThreadNode[];
}

/** `* VANISHED` (RFC 7162). */
export interface VanishedResponse {
  readonly type: 'vanished';
  /** Whether they went before the mailbox was selected. */
  readonly isEarlier: boolean;
  readonly uids: NumberSet;
}
