// The binding of a mooring's class, as calls use it: checked, and with the platform's refusals as `usage`.
import { usage } from '@fairlead/errors';
import { checkLocationHint } from './location.ts';
import type { MooringNamespace } from './types.ts';

const MISSING =
  "The mooring's binding is missing: add [[durable_objects.bindings]] with name and class_name to wrangler.toml, and pass env.<name>";

/**
 * Checks what a caller gave as the binding: in JavaScript, and where `env` is typed by hand, it can be missing.
 * @throws FairleadError `usage`.
 */
export function checkNamespace(namespace: MooringNamespace | undefined): void {
  if (typeof namespace?.idFromName !== 'function') throw usage(MISSING);
}

/**
 * The identifier of the object of a name.
 * @throws FairleadError `usage` where there is no binding, or it refuses.
 */
export function objectId(namespace: MooringNamespace, name: string): unknown {
  checkNamespace(namespace);
  return asked(() => namespace.idFromName(name));
}

/**
 * The object of an identifier. Nothing is sent yet.
 * @param locationHint Where the object is made, at its first use.
 * @throws FairleadError `usage` where the hint is none, or the binding refuses.
 */
export function objectStub(namespace: MooringNamespace, id: unknown, locationHint?: string): unknown {
  checkLocationHint(locationHint);
  const options = locationHint === undefined ? undefined : { locationHint };
  return asked(() => namespace.get(id as never, options));
}

function asked<T>(ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw usage(`The mooring's binding refused: ${reason}`, { cause });
  }
}
