// The values of options that several parts read: preferences, concerns, what a connection needs. Types only.

/** Which members of a replica set may answer a read. */
export type ReadPreferenceMode =
  | 'primary'
  | 'primaryPreferred'
  | 'secondary'
  | 'secondaryPreferred'
  | 'nearest';

/** Tags that a member must have, all of them. An empty set is every member's. */
export type TagSet = Readonly<Record<string, string>>;

/** Which members of a replica set may answer a read, and which of them are preferred. */
export interface ReadPreference {
  readonly mode: ReadPreferenceMode;
  /** The first set that any member has decides. Not with the mode `primary`. */
  readonly tags?: readonly TagSet[] | undefined;
  /** How far a secondary may lag behind, in seconds, at least 90. Not with the mode `primary`. */
  readonly maxStalenessSeconds?: number | undefined;
}

/** What a read must have seen. */
export interface ReadConcern {
  /** `local`, `majority`, `linearizable`, `available`, `snapshot`, or a level that the server adds later. */
  readonly level?: string | undefined;
}

/** How many members must have a write before it is acknowledged. */
export interface WriteConcern {
  /** A count of members, `majority`, or a tag set's name of the server's settings. `0`: no acknowledgement at all. */
  readonly w?: number | string | undefined;
  /** Whether the write must stand in the journal. */
  readonly j?: boolean | undefined;
  /** Milliseconds that the server waits for the members. Prefer `timeoutMs`, which covers everything. */
  readonly wtimeoutMS?: number | undefined;
}

/** The Stable API: what the server may do with commands outside version 1. */
export interface ServerApi {
  readonly version: '1';
  /** Refuses commands that are not in this version. */
  readonly strict?: boolean | undefined;
  /** Refuses what the version deprecates. */
  readonly deprecationErrors?: boolean | undefined;
}

/** The logins that a Worker can make. */
export type AuthMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-1' | 'PLAIN' | 'MONGODB-X509';

export type { Compression } from '../wire/types.ts';
