// JSON from a caller: what the parser refuses, as a problem that names the place. It reads no request.
import { FairleadError } from '@fairlead/errors';
import { HttpProblem } from '../problems/http-problem.ts';
import { formatPath } from '../problems/schema-fault.ts';
import { JsonFault, parseJson } from './parser.ts';

/** What is read, and how. */
export interface JsonText {
  /** Deepest nesting, for `maxJsonDepth`. */
  readonly maxDepth: number;
  /** The first part of paths. Default `body`. */
  readonly root?: string | undefined;
  /** Begins the refusal of what is not JSON. Default: `The request body`. */
  readonly what?: string | undefined;
  /** The member whose arrays and objects come as `JsonPart`, with their own text. Default: none. */
  readonly partsIn?: string | undefined;
}

/**
 * JSON from a caller: as of JSON.parse, but that a number which JavaScript would round comes as `JsonNumber`.
 * @throws HttpProblem 400: not JSON, two members of one name, half of a surrogate pair; FairleadError `limit`: too deep.
 */
export function readJsonText(text: string, options: JsonText): unknown {
  try {
    return parseJson(text, options);
  } catch (error) {
    throw error instanceof JsonFault ? refusal(error, text, options) : error;
  }
}

function refusal(
  fault: JsonFault,
  text: string,
  { maxDepth, root = 'body', what = 'The request body' }: JsonText,
): Error {
  const path = formatPath(root, fault.path);
  switch (fault.kind) {
    case 'depth':
      return new FairleadError('limit', `The JSON body is nested deeper than ${maxDepth} (maxJsonDepth).`, {
        safeToRetry: true,
        cause: fault,
      });
    case 'duplicate':
      return placed(path, 'stands more than once in its object', fault);
    case 'surrogate':
      return placed(path, 'holds half of a surrogate pair, which is no character', fault);
    case 'syntax':
      return new HttpProblem(
        'invalid',
        text === ''
          ? `${what} is empty; JSON is expected.`
          : `${what} is not valid JSON (at position ${fault.position}).`,
        { cause: fault },
      );
  }
}

function placed(path: string, message: string, cause: JsonFault): HttpProblem {
  return new HttpProblem('invalid', `${path}: ${message}`, { errors: [{ path, message }], cause });
}
