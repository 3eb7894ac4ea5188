// The settings of a named connection beside its URL, checked by its protocol's schema.
import { usage } from '@fairlead/errors';
import type { z } from '@hono/zod-openapi';
import type { Target } from '../app/contract.ts';

/** The settings of named connections, for as long as the gateway's settings stand. */
const READ = /* @__PURE__ */ new WeakMap<object, { readonly schema: z.ZodType; readonly data: unknown }>();

/**
 * The settings of the target's connection, read by a protocol's schema.
 * They are read once, and all requests over the connection have the same object: change nothing in it.
 * @param protocol The protocol's name, for the message: `Redis`.
 * @throws FairleadError `usage` for settings that do not fit; its message names the first one, and holds no value.
 */
export function connectionSettings<Schema extends z.ZodType>(
  { name, options }: Target,
  schema: Schema,
  protocol: string,
): z.output<Schema> {
  const read = READ.get(options);
  // What was read by a schema is of its type.
  if (read?.schema === schema) return read.data as z.output<Schema>;
  const parsed = schema.safeParse(options);
  if (parsed.success) {
    READ.set(options, { schema, data: parsed.data });
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const path = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  const what = `The settings of connection "${name}" do not fit ${protocol}`;
  throw usage(`${what}: ${path}${issue?.message ?? ''}`, { cause: parsed.error });
}
