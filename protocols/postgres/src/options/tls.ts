// What a text and the options say of TLS, as one wish for the connector. It refuses paths of files: there are none here.
import { defined } from '@fairlead/client';
import { checkTlsOptions, readTls, type TlsChoice, type TlsOptions } from '@fairlead/transport';
import { failure, usage } from '../errors.ts';
import type { ChannelBindingChoice } from './connect-options.ts';

/** What was said of TLS; the text's parameters by their names in camel case. */
export interface TlsWords {
  readonly tls?: boolean | TlsChoice | undefined;
  readonly channelBinding?: ChannelBindingChoice | undefined;
  readonly sslmode?: string | undefined;
  readonly sslrootcert?: string | undefined;
  readonly sslcert?: string | undefined;
  readonly sslkey?: string | undefined;
  readonly sslnegotiation?: string | undefined;
  readonly sslMinProtocolVersion?: string | undefined;
}

/** TLS as the connections of a target have it. */
export interface TlsTarget {
  readonly tls: boolean;
  /** Whether TLS begins with the first byte, without an SSLRequest (PostgreSQL 17). */
  readonly directTls: boolean;
  /** For the connector. */
  readonly tlsOptions: TlsOptions | undefined;
  readonly channelBinding: ChannelBindingChoice;
}

/** The application protocol without which a server refuses TLS from the first byte (manual, section 54.2.11). */
export const ALPN = 'postgresql';

const PEM = /^\s*-----BEGIN /;
const NO_AUTHORITY =
  'Postgres: sslmode=verify-ca needs the certificate of the authority: its PEM text as sslrootcert, or tls: { ca }, with ' +
  'connector: overTls() of @fairlead/tls. Else use verify-full, or Hyperdrive.';

/**
 * Reads what was said of TLS. An object in place of `true` goes before the text, member by member.
 * @throws FairleadError `usage` (contradictions, wrong members), `policy` (a path in place of a PEM text, `verify-ca` without a CA).
 */
export function readTlsTarget(words: TlsWords): TlsTarget {
  const { tls, sslmode, sslnegotiation, channelBinding = 'prefer' } = words;
  if (tls !== undefined && typeof tls !== 'boolean' && typeof tls !== 'object') {
    throw usage('tls is true, false, or an object of options');
  }
  const { mode, tlsOptions: own } = readTls(tls);
  const isOn = typeof tls === 'boolean' ? tls : own !== undefined || sslmode !== 'disable';
  if (!isOn) {
    if (channelBinding === 'require') throw usage('channel_binding=require needs TLS');
    if (tls === undefined && sslnegotiation === 'direct') throw usage('sslnegotiation=direct needs TLS');
    return { tls: false, directTls: false, tlsOptions: undefined, channelBinding: 'disable' };
  }
  // A boolean says nothing of the way in which TLS begins.
  const directTls =
    typeof mode === 'boolean' && own ? mode : mode !== 'starttls' && sslnegotiation === 'direct';
  const wishes = { ...textWishes(words), ...defined(own ?? {}) };
  if (wishes.anyName && wishes.ca === undefined) throw failure('policy', NO_AUTHORITY);
  const tlsOptions = directTls ? withAlpn(wishes) : wishes;
  checkTlsOptions(tlsOptions);
  const hasWishes = Object.keys(tlsOptions).length > 0;
  return { tls: true, directTls, tlsOptions: hasWishes ? tlsOptions : undefined, channelBinding };
}

function textWishes({ sslmode, sslrootcert, sslcert, sslkey, sslMinProtocolVersion }: TlsWords): TlsOptions {
  return defined({
    ca: sslrootcert === 'system' ? undefined : pem('sslrootcert', sslrootcert),
    cert: pem('sslcert', sslcert),
    key: pem('sslkey', sslkey),
    anyName: sslmode === 'verify-ca' ? true : undefined,
    // Nothing older than 1.2 is spoken anyway.
    minVersion: sslMinProtocolVersion === 'TLSv1.3' ? 'TLSv1.3' : undefined,
  });
}

function pem(name: string, text: string | undefined): string | undefined {
  if (text === undefined || PEM.test(text)) return text;
  const way = 'the path of a file, and there are no files here; give the PEM text itself, or the option tls';
  throw failure('policy', `Postgres: "${name}" is refused: it is ${way}.`);
}

function withAlpn(wishes: TlsOptions): TlsOptions {
  if (wishes.alpn !== undefined && !wishes.alpn.includes(ALPN)) {
    throw usage(`tls.alpn without "${ALPN}" cannot be used with sslnegotiation=direct`);
  }
  return { ...wishes, alpn: wishes.alpn ?? [ALPN] };
}
