// Options without those that are `undefined`.

/** The members that are not `undefined`: an option that is counts as missing, and hides neither a URL's part nor a default. */
export function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
