// Operations that are answered with a JSON document.
import type { Client } from '../client.ts';
import type { AnyInput, Operation } from '../request.ts';
import type { Arguments, Input, OperationId, Output } from '../types.ts';

/** A function for an operation. */
export function json<Id extends OperationId>(method: string, path: string, bodyType?: string) {
  const operation: Operation = { method, path, bodyType };
  return async (client: Client, ...[input]: Arguments<Input<Id>>): Promise<Output<Id>> => {
    const { response, time } = await client.send(operation, (input ?? {}) as AnyInput, JSON_ANSWER);
    try {
      return (await response.json()) as Output<Id>;
    } catch (error) {
      throw time.explain(error);
    } finally {
      time.stop();
    }
  };
}

const JSON_ANSWER = { accept: 'application/json' };
