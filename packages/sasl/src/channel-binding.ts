// Channel binding: what ties a login to the TLS connection that it travels in (RFC 5056, RFC 5929, RFC 9266).
import { isFairleadError } from '@fairlead/errors';

/** The kinds of channel binding that SCRAM is given here. */
export type BindingType = 'tls-exporter' | 'tls-server-end-point';

/** What a login is bound to. */
export interface ChannelBinding {
  readonly type: BindingType;
  readonly data: Uint8Array;
}

/** What is asked of a TLS connection: `transport.tls`. */
export interface TlsForBinding {
  channelBinding(type: BindingType): Promise<Uint8Array>;
}

/**
 * The first of the types that a connection has.
 * @param tls `transport.tls`; `undefined` without TLS, and where the connector tells nothing of it.
 * @param types By preference.
 * @returns `undefined` where it has none of them.
 */
export async function channelBindingOf(
  tls: TlsForBinding | undefined,
  types: readonly BindingType[],
): Promise<ChannelBinding | undefined> {
  for (const type of tls === undefined ? [] : types) {
    try {
      const data = await tls?.channelBinding(type);
      if (data !== undefined) return { type, data };
    } catch (error) {
      // `usage`: this connection has no such data.
      if (!isFairleadError(error) || error.code !== 'usage') throw error;
    }
  }
  return undefined;
}
