// Operations whose answer has many types: the response itself, which the caller reads.
import type { Client } from '../client.ts';
import type { AnyInput, Operation } from '../request.ts';
import type { Arguments, Input, OperationId } from '../types.ts';

/** A function for an operation. Its time holds until the answer begins, its signal until the body has ended. */
export function response<Id extends OperationId>(method: string, path: string) {
  const operation: Operation = { method, path };
  return async (client: Client, ...[input]: Arguments<Input<Id>>): Promise<Response> => {
    const answer = await client.send(operation, (input ?? {}) as AnyInput, ANY_ANSWER);
    answer.time.stop();
    return answer.response;
  };
}

const ANY_ANSWER = { accept: '*/*' };
