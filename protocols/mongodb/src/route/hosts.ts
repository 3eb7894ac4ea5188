// The hosts of a set in an entry: its URL names one, which the gateway reads, and `hosts` the others. Pure.
import { DEFAULT_PORT } from '../options/url/connection-string.ts';

/** A further host of an entry. */
export interface FurtherHost {
  readonly hostname: string;
  readonly port?: number | undefined;
}

/** The connection string with all hosts. */
export function withHosts(url: string, hosts: readonly FurtherHost[] = []): string {
  const further = hosts.map(({ hostname, port = DEFAULT_PORT }) =>
    hostname.includes(':') ? `,[${hostname}]:${port}` : `,${hostname}:${port}`,
  );
  return url.replace(/^mongodb:\/\/[^/?#]*/, (authority) => authority + further.join(''));
}
