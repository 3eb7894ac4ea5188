// TLS of the gateway's own, for connections whose entry has an object `tls`: a private CA, a client certificate, pins. All others
// have the platform's, and what this takes is loaded when a connection first needs it.
import type { Connector, TlsOptions } from '@fairlead/transport';

/**
 * A connector that honours wishes of TLS by `@fairlead/tls`, over `connector`. Calls without wishes are `connector`'s. Sessions are
 * resumed by tickets between all connections that are dialled by what is returned.
 */
export function ownTls(connector: Connector): Connector {
  const made = new Map<boolean, Connector>();
  return async (address, options) => {
    const wishes = options?.tlsOptions;
    if (wishes === undefined || !asks(wishes) || (options?.tls ?? 'off') === 'off')
      return connector(address, options);
    const isPublic = wishes.ca === undefined && !wishes.pinOnly;
    const own = made.get(isPublic) ?? (await load(connector, isPublic));
    // Of two that were loaded at once the first stays: the other would have tickets of its own.
    const kept = made.get(isPublic) ?? own;
    made.set(isPublic, kept);
    return kept(address, options);
  };
}

/** Whether anything is asked for: an empty object is as good as none. */
function asks(wishes: TlsOptions): boolean {
  return Object.values(wishes).some((value) => value !== undefined && value !== false);
}

/** @param isPublic Whether servers have a certificate of a public authority. */
async function load(connector: Connector, isPublic: boolean): Promise<Connector> {
  const [{ overTls }, { tls12 }] = await Promise.all([
    import('@fairlead/tls/workerd'),
    import('@fairlead/tls/tls12'),
  ]);
  const roots = isPublic ? (await import('@fairlead/tls/roots')).publicRoots() : undefined;
  return overTls({ versions: [tls12], roots }, connector);
}
