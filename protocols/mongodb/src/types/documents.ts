// The types of documents, filters and updates. Types only: the server is the judge of what they mean.
import type { Binary, BSONRegExp, BSONType, Decimal128, Document, Double, Int32, Long, ObjectId } from 'bson';

/** The type of a document's `_id`. `ObjectId` where the document's type does not say. */
export type IdOf<T> = T extends { readonly _id: infer Id } ? (unknown extends Id ? ObjectId : Id) : ObjectId;

/** A document as it comes from the server: with its `_id`. */
export type WithId<T> = Omit<T, '_id'> & { _id: IdOf<T> };

/** A document without its `_id`. */
export type WithoutId<T> = Omit<T, '_id'>;

/** A document to insert: `_id` may be left out where it is an `ObjectId`, which the client then makes. */
export type OptionalId<T> = IdOf<T> extends ObjectId ? Omit<T, '_id'> & { readonly _id?: IdOf<T> } : T;

/** Numbers as BSON has them. An int64 comes as bigint, and a bigint is written as one. */
export type Numeric = number | bigint | Int32 | Double | Long | Decimal128;

/** What a field may be compared with: its value, one of its elements where it is an array, a pattern where it is text. */
type Comparable<V> = V extends readonly (infer E)[] ? V | E : V extends string ? V | RegExp | BSONRegExp : V;

/** A type of BSON, by its number or its name. */
type TypeName = BSONType | keyof typeof BSONType;

/** The operators that a filter may put in place of a field's value. */
export interface FilterOperators<V> {
  readonly $eq?: V;
  readonly $ne?: V;
  readonly $gt?: V;
  readonly $gte?: V;
  readonly $lt?: V;
  readonly $lte?: V;
  readonly $in?: readonly V[];
  readonly $nin?: readonly V[];
  readonly $not?: FilterOperators<V> | RegExp;
  readonly $exists?: boolean;
  readonly $type?: TypeName | readonly TypeName[];
  readonly $regex?: string | RegExp | BSONRegExp;
  readonly $options?: string;
  readonly $mod?: readonly [divisor: Numeric, remainder: Numeric];
  readonly $all?: readonly unknown[];
  readonly $elemMatch?: Document;
  readonly $size?: number;
  readonly $geoIntersects?: { readonly $geometry: Document };
  readonly $geoWithin?: Document;
  readonly $near?: Document;
  readonly $nearSphere?: Document;
  readonly $bitsAllClear?: Numeric | Binary | readonly number[];
  readonly $bitsAllSet?: Numeric | Binary | readonly number[];
  readonly $bitsAnyClear?: Numeric | Binary | readonly number[];
  readonly $bitsAnySet?: Numeric | Binary | readonly number[];
}

/** A value to compare with, or operators. */
export type Condition<V> = Comparable<V> | FilterOperators<Comparable<V>>;

/** The operators that stand beside the fields. */
export interface RootFilterOperators<T> {
  readonly $and?: readonly Filter<T>[];
  readonly $or?: readonly Filter<T>[];
  readonly $nor?: readonly Filter<T>[];
  readonly $expr?: unknown;
  readonly $jsonSchema?: Document;
  readonly $text?: {
    readonly $search: string;
    readonly $language?: string;
    readonly $caseSensitive?: boolean;
    readonly $diacriticSensitive?: boolean;
  };
  readonly $where?: string;
  readonly $comment?: unknown;
}

/**
 * Which documents: fields by name, checked against the document's type; paths with dots (`'address.city'`), unchecked; operators.
 * Never build one of text that came from outside: `{ user: body.user }` is a filter of the sender's where `body.user` is an object.
 */
export type Filter<T> = {
  readonly [K in keyof WithId<T>]?: Condition<WithId<T>[K]>;
} & RootFilterOperators<T> & { readonly [path: `${string}.${string}`]: unknown };

/** Fields by name with their own types, and paths with dots. */
type FieldsOf<T> = { readonly [K in keyof T]?: T[K] } & { readonly [path: `${string}.${string}`]: unknown };

/** The fields of a type whose values suit. */
type FieldsWith<T, V> = { readonly [K in keyof T as NonNullable<T[K]> extends V ? K : never]?: unknown };

/** One value for each field of a suitable type, and for paths with dots. */
type ValuesFor<T, V, Given> = { readonly [K in keyof FieldsWith<T, V>]?: Given } & {
  readonly [path: `${string}.${string}`]: Given;
};

/** What is pushed to an array: an element, or several with their place and order. */
type Pushed<V> = V extends readonly (infer E)[]
  ?
      | E
      | {
          readonly $each: readonly E[];
          readonly $position?: number;
          readonly $slice?: number;
          readonly $sort?: Sort;
        }
  : never;

/** What is changed in a document: operators, of which there is at least one. */
export interface UpdateFilter<T> {
  readonly $set?: FieldsOf<T>;
  readonly $setOnInsert?: FieldsOf<T>;
  readonly $unset?: { readonly [K in keyof T]?: '' | true | 1 } & {
    readonly [path: `${string}.${string}`]: '' | true | 1;
  };
  readonly $inc?: ValuesFor<T, Numeric, Numeric>;
  readonly $mul?: ValuesFor<T, Numeric, Numeric>;
  readonly $min?: FieldsOf<T>;
  readonly $max?: FieldsOf<T>;
  readonly $rename?: Readonly<Record<string, string>>;
  readonly $currentDate?: Readonly<Record<string, true | { readonly $type: 'date' | 'timestamp' }>>;
  readonly $push?: { readonly [K in keyof T]?: Pushed<NonNullable<T[K]>> } & Dotted;
  readonly $addToSet?: { readonly [K in keyof T]?: Pushed<NonNullable<T[K]>> } & Dotted;
  readonly $pop?: ValuesFor<T, readonly unknown[], 1 | -1>;
  readonly $pull?: { readonly [K in keyof T]?: unknown } & Dotted;
  readonly $pullAll?: { readonly [K in keyof T]?: readonly unknown[] } & Dotted;
  readonly $bit?: Readonly<
    Record<string, { readonly and?: Numeric; readonly or?: Numeric; readonly xor?: Numeric }>
  >;
}

type Dotted = { readonly [path: `${string}.${string}`]: unknown };

/** An update: operators, or the stages of an aggregation that runs on each document. */
export type Update<T> = UpdateFilter<T> | readonly Document[];

/** The order of one field. */
export type SortDirection = 1 | -1 | 'asc' | 'desc' | { readonly $meta: string };

/** An order: a field's name, fields with their directions, or a list of both where the names are numbers. */
export type Sort =
  | string
  | Readonly<Record<string, SortDirection>>
  | ReadonlyMap<string, SortDirection>
  | readonly (readonly [field: string, direction: SortDirection])[];

/** Which fields come: `{ name: 1 }`, `{ secret: 0 }`, or expressions. */
export type Projection = Readonly<Record<string, unknown>>;
