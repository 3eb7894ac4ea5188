// Collections and indexes: what makes them, and how the server lists them. Types only.
import type { Document } from 'bson';
import type { Collation, CommandOptions, ConcernOptions, WriteOptions } from './calls.ts';

/** How a field is indexed. */
export type IndexDirection = 1 | -1 | '2d' | '2dsphere' | 'text' | 'hashed' | number;

/** The fields of an index: one name, fields with their directions, or a list of both. */
export type IndexKeys =
  | string
  | Readonly<Record<string, IndexDirection>>
  | ReadonlyMap<string, IndexDirection>
  | readonly (readonly [field: string, direction: IndexDirection])[];

/** What an index is besides its fields. Other fields are handed to the server as they are. */
export interface IndexOptions {
  /** Default: of the fields and directions, `item_1_at_-1`. */
  readonly name?: string | undefined;
  readonly unique?: boolean | undefined;
  readonly sparse?: boolean | undefined;
  readonly hidden?: boolean | undefined;
  readonly expireAfterSeconds?: number | undefined;
  readonly partialFilterExpression?: Document | undefined;
  readonly wildcardProjection?: Document | undefined;
  readonly collation?: Collation | undefined;
  readonly weights?: Document | undefined;
  readonly default_language?: string | undefined;
  readonly language_override?: string | undefined;
  readonly [name: string]: unknown;
}

/** An index to make. */
export interface IndexDescription extends IndexOptions {
  readonly key: IndexKeys;
}

/** What `createIndex` and `createIndexes` take. */
export interface CreateIndexesOptions extends WriteOptions {
  /** How many members must have built the index. */
  readonly commitQuorum?: number | string | undefined;
}

/** What `listIndexes` takes. */
export interface ListIndexesOptions extends CommandOptions {
  readonly batchSize?: number | undefined;
}

/** What `createCollection` takes. Other fields are handed to the server as they are. */
export interface CreateCollectionOptions extends WriteOptions, ConcernOptions {
  readonly capped?: boolean | undefined;
  readonly size?: number | undefined;
  readonly max?: number | undefined;
  readonly collation?: Collation | undefined;
  readonly validator?: Document | undefined;
  readonly validationLevel?: 'off' | 'strict' | 'moderate' | undefined;
  readonly validationAction?: 'error' | 'warn' | undefined;
  readonly timeseries?: Document | undefined;
  readonly expireAfterSeconds?: number | undefined;
  readonly clusteredIndex?: Document | undefined;
  readonly changeStreamPreAndPostImages?: { readonly enabled: boolean } | undefined;
  /** A view: of which collection, by which stages. */
  readonly viewOn?: string | undefined;
  readonly pipeline?: readonly Document[] | undefined;
  readonly [name: string]: unknown;
}

/** What `listCollections` takes. */
export interface ListCollectionsOptions extends CommandOptions {
  /** Only names and types: needs fewer rights. */
  readonly nameOnly?: boolean | undefined;
  readonly authorizedCollections?: boolean | undefined;
  readonly batchSize?: number | undefined;
}

/** A collection as the server lists it. */
export interface CollectionInfo {
  readonly name: string;
  readonly type: string;
  /** Absent with `nameOnly`, as are the fields behind it. */
  readonly options?: Document;
  readonly info?: Document;
  readonly idIndex?: Document;
}

/** What `listDatabases` takes. */
export interface ListDatabasesOptions extends CommandOptions {
  readonly filter?: Document | undefined;
  readonly nameOnly?: boolean | undefined;
  readonly authorizedDatabases?: boolean | undefined;
}

/** The databases of a deployment. */
export interface ListDatabasesResult {
  readonly databases: readonly {
    readonly name: string;
    readonly sizeOnDisk?: number | bigint;
    readonly empty?: boolean;
  }[];
  readonly totalSize?: number | bigint;
}
