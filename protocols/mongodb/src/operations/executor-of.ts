// Which executor stands behind a client, a database or a collection, for the exports that build on them.
import { usage } from '@fairlead/errors';
import type { Executor } from './types.ts';

const executors = /* @__PURE__ */ new WeakMap<object, Executor>();

/** Notes the executor of a client, a database or a collection. */
export function bindExecutor(target: object, executor: Executor): void {
  executors.set(target, executor);
}

/** @throws FairleadError `usage`: it is no client, database or collection of this package. */
export function executorOf(target: object): Executor {
  const executor = executors.get(target);
  if (executor === undefined) throw usage('This is no client, database or collection of @fairlead/mongodb.');
  return executor;
}
