// Operations that are answered with Server-Sent Events, as they come.
import type { Client } from '../client.ts';
import type { AnyInput, Operation } from '../request.ts';
import { type ServerSentEvent, serverSentEvents } from '../streams/server-sent-events.ts';
import { textLines } from '../streams/text-lines.ts';
import type { Arguments, Input, OperationId, StreamOptions } from '../types.ts';
import { MAX_LINE_LENGTH, openStream } from './stream.ts';

/** A function for an operation. Nothing is sent before the first event is asked for; who breaks off ends the request. */
export function events<Id extends OperationId>(method: string, path: string) {
  const operation: Operation = { method, path };
  return async function* read(
    client: Client,
    ...[input]: Arguments<Input<Id> & StreamOptions>
  ): AsyncGenerator<ServerSentEvent, void, undefined> {
    const wish = (input ?? {}) as AnyInput & StreamOptions;
    const maxLength = wish.maxLineLength ?? MAX_LINE_LENGTH;
    const chunks = await openStream(client, operation, wish, 'text/event-stream');
    yield* serverSentEvents(textLines(chunks, maxLength), maxLength);
  };
}
