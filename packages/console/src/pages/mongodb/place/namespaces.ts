// Names of databases and collections as texts: `shop.orders`. Pure.

/** A namespace. */
export interface Namespace {
  readonly database: string;
  readonly collection: string;
}

const MAX_RECENT = 12;

/** Reads `shop.orders`: the collection may have dots. Undefined where either name is missing. */
export function namespaceOf(text: string): Namespace | undefined {
  const dot = text.indexOf('.');
  const [database, collection] = [text.slice(0, dot), text.slice(dot + 1)];
  return dot < 1 || collection === '' ? undefined : { database, collection };
}

/** The namespaces that were looked at, with one more; the newest first. */
export function withRecent(recent: readonly string[], namespace: string): readonly string[] {
  return [namespace, ...recent.filter((each) => each !== namespace)].slice(0, MAX_RECENT);
}

/** The names in a reply of `listDatabases`, in their order. */
export function databaseNames(reply: Readonly<Record<string, unknown>>): readonly string[] {
  return namesIn(reply.databases);
}

/** The names in a reply of `listCollections`, in their order, the server's own at the end. */
export function collectionNames(reply: Readonly<Record<string, unknown>>): readonly string[] {
  const { cursor } = reply;
  const names =
    typeof cursor === 'object' && cursor !== null && 'firstBatch' in cursor ? namesIn(cursor.firstBatch) : [];
  const isOwn = (name: string): boolean => name.startsWith('system.');
  return [...names.filter((name) => !isOwn(name)), ...names.filter(isOwn)];
}

function namesIn(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list
    .flatMap((each: unknown) =>
      typeof each === 'object' && each !== null && 'name' in each && typeof each.name === 'string'
        ? [each.name]
        : [],
    )
    .sort((a, b) => a.localeCompare(b, 'en'));
}

/** The patterns of a connection's entry, `shop.orders` or `shop.*`, in the gateway's settings; empty where there are none. */
export function patternsOf(
  connections: readonly { readonly name: string; readonly options?: Readonly<Record<string, unknown>> }[],
  name: string,
): readonly string[] {
  const listed = connections.find((each) => each.name === name)?.options?.collections;
  return Array.isArray(listed) ? listed.filter((each) => typeof each === 'string') : [];
}
