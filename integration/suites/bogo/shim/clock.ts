// A clock for each test, which stands still and can be put forward while others run in the same process: the runner wants the
// age of a ticket to the millisecond.
import { AsyncLocalStorage } from 'node:async_hooks';

const clock = new AsyncLocalStorage<number>();
const realNow = Date.now;
Date.now = () => clock.getStore() ?? realNow();

/** Runs `task`, for which it is `now`, in milliseconds since 1970. */
export function atTime<T>(now: number, task: () => Promise<T>): Promise<T> {
  return clock.run(now, task);
}
