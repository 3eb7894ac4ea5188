// The client under test, as the flags want it.
import { TLS_CHACHA20_POLY1305_SHA256 } from '@fairlead/tls/chacha20';
import { tls12 } from '@fairlead/tls/tls12';
import { overTls } from '@fairlead/tls/workerd';
import type { Connector, TlsOptions } from '@fairlead/transport';
import { foreignPin, identityOf, serverPins } from './credentials.ts';
import type { Flags } from './flags.ts';

const TLS13 = 0x0304;

/** One connector for all connections of a test, so that the later ones find the tickets of the earlier ones. */
export function createConnector(flags: Flags, inner: Connector): Connector {
  const cipherSuites = [TLS_CHACHA20_POLY1305_SHA256];
  return overTls({ versions: [tls12], cipherSuites, tickets: !flags.has('no-ticket') }, inner);
}

/** What one connection wishes. */
export function tlsOptionsOf(flags: Flags): TlsOptions {
  const certFile = flags.text('cert-file');
  const keyFile = flags.text('key-file');
  const identity = certFile && keyFile ? identityOf(certFile, keyFile) : {};
  const only13 = flags.has('no-tls12') || (flags.number('min-version') ?? 0) >= TLS13;
  return {
    pinOnly: true,
    pins: flags.has('verify-fail') ? [foreignPin()] : serverPins(),
    servername: flags.text('host-name'),
    alpn: alpnOf(flags.text('advertise-alpn') ?? ''),
    minVersion: only13 ? 'TLSv1.3' : 'TLSv1.2',
    ...identity,
  };
}

/** RFC 7301's form, a byte of length before each name, to names. */
function alpnOf(encoded: string): string[] | undefined {
  const names: string[] = [];
  for (let at = 0; at < encoded.length; ) {
    const end = at + 1 + encoded.charCodeAt(at);
    names.push(encoded.slice(at + 1, end));
    at = end;
  }
  return names.length > 0 ? names : undefined;
}
