// Zod's issues as a list of places and messages. It shows no value that was refused.
import type { z } from '@hono/zod-openapi';
import { type Fault, HttpProblem } from './http-problem.ts';

/** `body.params[2].name`: a path into JSON, as people write it. */
export function formatPath(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`),
    root,
  );
}

/** The faults of a schema error, each path beginning with `root` (`body`, `query`, `param`, `header`). */
function faultsOf(root: string, error: z.core.$ZodError): Fault[] {
  return error.issues.map((issue) => ({ path: formatPath(root, issue.path), message: issue.message }));
}

/** The 400 problem for a request that does not fit its schema. */
export function schemaFault(root: string, error: z.core.$ZodError): HttpProblem {
  const errors = faultsOf(root, error);
  const first = errors[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new HttpProblem('invalid', `${first?.path ?? root}: ${first?.message ?? 'does not fit'}${more}`, {
    errors,
  });
}
