// What a call of an operation takes and gives, read off the OpenAPI document's types. Types only.
import type { operations } from './generated/document.ts';

/** The operations of the gateway, by the name of their function. */
export type OperationId = keyof operations;

/** What every call takes beside its own members. */
export interface CallOptions {
  /** The named connection to use, where the operation has one. Default: the gateway's own. */
  readonly connection?: string | undefined;
  /** Ends the call; what it throws is then the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, its repetitions together. Default: the client's, for streams none. */
  readonly timeoutMs?: number | undefined;
  /** How often it is repeated where that is safe. Default: the client's. */
  readonly retries?: number | undefined;
  /** Further headers, such as `Neon-Array-Mode`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What a call whose answer is a stream takes besides. */
export interface StreamOptions {
  /** Most bytes of one line or event, in UTF-16 units. Default 16 MiB. */
  readonly maxLineLength?: number | undefined;
  /** Ends the stream when nothing has come for so long. Default 120,000. */
  readonly idleTimeoutMs?: number | undefined;
}

/** A body that is not JSON. */
export type RawBody = string | Uint8Array<ArrayBuffer> | Blob;

type Member<Name extends string, Value> = [NonNullable<Value>] extends [never]
  ? unknown
  : undefined extends Value
    ? { readonly [K in Name]?: NonNullable<Value> }
    : { readonly [K in Name]: Value };

type BodyOf<Request> = Request extends { content: infer Content }
  ? Content extends { 'application/json': infer Body }
    ? Body
    : RawBody
  : Request;

type ParametersOf<Id extends OperationId> = operations[Id]['parameters'];

/** What an operation takes: `path`, `query` and `body` as far as it has them, and the options of every call. */
export type Input<Id extends OperationId> = Member<'path', ParametersOf<Id>['path']> &
  Member<'query', ParametersOf<Id>['query']> &
  Member<'body', BodyOf<operations[Id]['requestBody']>> &
  CallOptions;

type ContentOf<Id extends OperationId> = operations[Id]['responses'] extends {
  200: { content: infer Content };
}
  ? Content
  : never;

/** The JSON document that an operation answers with. */
export type Output<Id extends OperationId> =
  ContentOf<Id> extends { 'application/json': infer Body } ? Body : never;

/** An argument list: where nothing has to be said, nothing has to be passed. */
export type Arguments<T> = Record<never, never> extends T ? [input?: T] : [input: T];
