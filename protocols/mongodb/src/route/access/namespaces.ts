// Which collections a connection's entry leaves to callers: `shop.*`, `logs.2026`. Pure.

/** What an entry may list: a database and a dot, then a collection or `*`. */
export const NAMESPACE = /^[^\0/\\ ."$]+\.(?:\*|[^\0$*]+)$/;

/** The server's own databases. Their names differ from others in any case: a server takes no two names that differ in case alone. */
const SYSTEM_DATABASES: readonly string[] = ['admin', 'config', 'local'];

/**
 * Whether callers may use a collection. Collections of the server's own, in any database (`system.`...) or in `admin`, `config` and
 * `local`, are for nobody unless they are listed: `admin.*` lists the database, and a `system.` collection is listed by its whole name.
 * @param listed The entry's `collections`. Default: all but the server's own.
 */
export function mayUse(database: string, collection: string, listed: readonly string[] | undefined): boolean {
  if (listed?.includes(`${database}.${collection}`)) return true;
  // Names with a dollar sign lead to the server's inside: `$cmd`, `oplog.$main`.
  if (collection === '' || collection.includes('$') || /^system\./i.test(collection)) return false;
  if (listed !== undefined) return listed.includes(`${database}.*`);
  return !SYSTEM_DATABASES.includes(database.toLowerCase());
}
