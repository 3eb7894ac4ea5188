// Zod's issues as a list of places and messages. It shows no value that was refused, and no more of names and faults
// than a person reads.
import type { z } from '@hono/zod-openapi';
import { JsonNumber } from '../json/number.ts';
import { type Fault, HttpProblem } from './http-problem.ts';

/** Faults that are listed; a body can hold a million of them. */
export const MAX_FAULTS = 20;
const MAX_NAME_UNITS = 64;
const MAX_MESSAGE_UNITS = 400;

/** `body.params[2].name`: a path into JSON, as people write it; long names are cut. */
export function formatPath(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${cut(part, MAX_NAME_UNITS)}`),
    root,
  );
}

/**
 * The 400 problem for what does not fit its schema.
 * @param root Begins each path: `body`, `query`, `param`, `header`.
 * @param input What was checked: with it the message for a number that JavaScript would round says so.
 */
export function schemaFault(root: string, error: z.core.$ZodError, input?: unknown): HttpProblem {
  const errors = error.issues.slice(0, MAX_FAULTS).map((issue): Fault => {
    const path = formatPath(root, issue.path);
    if (valueAt(input, issue.path) instanceof JsonNumber) {
      return {
        path,
        message: 'is a number with more digits than are kept: send fewer, or text if it may be',
      };
    }
    return { path, message: cut(issue.message, MAX_MESSAGE_UNITS) };
  });
  const first = errors[0];
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  return new HttpProblem('invalid', `${first?.path ?? root}: ${first?.message ?? 'does not fit'}${more}`, {
    errors,
  });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    input,
  );
}

function cut(text: PropertyKey, units: number): string {
  const whole = String(text);
  return whole.length > units ? `${whole.slice(0, units)}...` : whole;
}
