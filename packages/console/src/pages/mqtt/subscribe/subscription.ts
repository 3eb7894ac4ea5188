// What the person subscribes to, and the query that asks the gateway for it.

/** The qualities of service, as the query has them. */
export type Qos = '0' | '1' | '2';

/** A subscription as it is asked for. */
export interface Subscription {
  readonly filters: readonly string[];
  /** The most that messages are delivered with. */
  readonly qos: Qos;
  /** A session that the broker keeps between two connections, by its name; undefined for none. */
  readonly session: string | undefined;
}

/** Messages that may be unconfirmed. It is the most that the gateway allows. */
const WINDOW = 1_000;
/** How long a broker of MQTT 5 keeps a session that nobody reads. */
const EXPIRY_SECONDS = 60;

/** The filters that were typed, one a line or apart by commas; each once. */
export function readFilters(text: string): readonly string[] {
  const filters = text.split(/[\n,]/).map((filter) => filter.trim());
  return [...new Set(filters.filter((filter) => filter !== ''))];
}

/** What is wrong with a filter, in words; undefined for a good one. MQTT 5 section 4.7.1. */
export function filterFault(filter: string): string | undefined {
  const levels = filter.split('/');
  const last = levels.length - 1;
  for (const [at, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || at !== last))
      return `${filter}: # stands alone in the last level, as in harbour/#`;
    if (level.includes('+') && level !== '+')
      return `${filter}: + stands alone in its level, as in harbour/+/wind`;
  }
  return undefined;
}

/** The query of `GET /mqtt/subscribe`, without the connection. */
export function queryOf({
  filters,
  qos,
  session,
}: Subscription): Readonly<Record<string, string | readonly string[]>> {
  const kept = session === undefined ? {} : { session, expiry: String(EXPIRY_SECONDS) };
  return { topic: filters, qos, window: String(WINDOW), ...kept };
}
