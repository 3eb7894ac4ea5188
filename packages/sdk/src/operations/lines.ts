// Operations that are answered with newline-delimited JSON, as it comes.
import type { Client } from '../client.ts';
import type { AnyInput, Operation } from '../request.ts';
import { jsonLines } from '../streams/json-lines.ts';
import { textLines } from '../streams/text-lines.ts';
import type { Arguments, Input, OperationId, StreamOptions } from '../types.ts';
import { MAX_LINE_LENGTH, openStream } from './stream.ts';

/** A function for an operation. Nothing is sent before the first value is asked for; who breaks off ends the request. */
export function lines<Id extends OperationId>(method: string, path: string) {
  const operation: Operation = { method, path };
  return async function* read<T = unknown>(
    client: Client,
    ...[input]: Arguments<Input<Id> & StreamOptions>
  ): AsyncGenerator<T, void, undefined> {
    const wish = (input ?? {}) as AnyInput & StreamOptions;
    const chunks = await openStream(client, operation, wish, 'application/x-ndjson');
    yield* jsonLines<T>(textLines(chunks, wish.maxLineLength ?? MAX_LINE_LENGTH));
  };
}
