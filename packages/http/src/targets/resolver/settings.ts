// The setting FAIRLEAD_RESOLVER: where the names that callers choose are resolved before they are dialled. It asks nothing.
import { z } from 'zod';
import { insideName, parseIp, specialKind } from '../special-addresses.ts';

/** The schema of `FAIRLEAD_RESOLVER`. */
export const resolverSchema = z.strictObject({
  /** A resolver that speaks DNS over HTTPS in its wire format (RFC 8484), such as `https://cloudflare-dns.com/dns-query`. */
  url: z.string().max(2048).refine(isResolverUrl, {
    message: 'is not an https URL without user and password (http is for a resolver in the private network)',
  }),
  /**
   * Whether TLS to such an address is the gateway's own (`@fairlead/tls`), dialled at the address that was checked and verified for the
   * name. Default: it is the platform's, which resolves the name once more.
   */
  ownTls: z.boolean().optional(),
});

/** A resolver. */
export type ResolverSettings = Readonly<z.output<typeof resolverSchema>>;

/** Answers in clear decide what is dialled, so they may come from the operator's own network alone. */
function isResolverUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const host = hostname.replace(/^\[|\]$/g, '');
  const ip = parseIp(host);
  const isInside = (ip === undefined ? insideName(host) : specialKind(ip)) !== undefined;
  return (protocol === 'https:' || (protocol === 'http:' && isInside)) && username === '' && password === '';
}
