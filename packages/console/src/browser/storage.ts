// What survives a reload: signals whose values are kept in the browser's storage. A full or forbidden storage loses nothing but that.
import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** `tab` ends with the browser's tab; `browser` stays on this machine until it is cleared. */
export type Keeping = 'tab' | 'browser';

const PREFIX = 'fairlead:';

const storeOf = (keeping: Keeping): Storage => (keeping === 'tab' ? sessionStorage : localStorage);

/** What was kept under a name, or undefined where there is nothing, or nothing that can be read. */
export function readKept(name: string, keeping: Keeping): unknown {
  try {
    const text = storeOf(keeping).getItem(PREFIX + name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const lost = signal(false);

/** Whether something could not be kept: a reload would lose it. */
export const isStorageFull: ReadonlySignal<boolean> = lost;

/** Keeps a value as JSON; `undefined` removes it. @returns Whether it is kept: a storage may be full or forbidden. */
export function keep(name: string, value: unknown, keeping: Keeping): boolean {
  try {
    if (value === undefined) storeOf(keeping).removeItem(PREFIX + name);
    else storeOf(keeping).setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    lost.value = true;
    return false;
  }
}

/** Forgets what was kept under names that begin so. */
export function forgetKept(beginning: string, keeping: Keeping): void {
  try {
    const store = storeOf(keeping);
    const names = Array.from({ length: store.length }, (_, i) => store.key(i));
    for (const name of names) if (name?.startsWith(PREFIX + beginning)) store.removeItem(name);
  } catch {
    // A storage that is forbidden holds nothing.
  }
}

/**
 * A signal whose value is kept under a name, and begins with what was kept there.
 * @param isValid Whether what was kept is of the right shape: anything may stand in a storage.
 */
export function keptSignal<T>(
  name: string,
  initial: T,
  keeping: Keeping,
  isValid: (value: unknown) => value is T,
): Signal<T> {
  const kept = readKept(name, keeping);
  const value = signal<T>(isValid(kept) ? kept : initial);
  effect(() => void keep(name, value.value, keeping));
  return value;
}
