// Operations that are answered with a text.
import type { Client } from '../client.ts';
import type { AnyInput, Operation } from '../request.ts';
import type { Arguments, Input, OperationId } from '../types.ts';

/** A function for an operation. */
export function text<Id extends OperationId>(method: string, path: string) {
  const operation: Operation = { method, path };
  return async (client: Client, ...[input]: Arguments<Input<Id>>): Promise<string> => {
    const { response, time } = await client.send(operation, (input ?? {}) as AnyInput, ANY_ANSWER);
    try {
      return await response.text();
    } catch (error) {
      throw time.explain(error);
    } finally {
      time.stop();
    }
  };
}

const ANY_ANSWER = { accept: '*/*' };
