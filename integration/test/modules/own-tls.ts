// What the tests of TLS of one's own share: connectors inside workerd that trust what the platform does not, and what was established.
import { overTls } from '@fairlead/tls';
import { tls12 } from '@fairlead/tls/tls12';
import {
  type Connector,
  connect,
  type TlsOptions,
  type TlsSession,
  type Transport,
} from '@fairlead/transport';
import { inject } from 'vitest';

/** The run's authorities and certificates of clients. */
export const trust = inject('servers').trust;

/** Speaks TLS 1.3 and 1.2; trusts whom a client's `tls` names. */
export const own: Connector = overTls({ versions: [tls12] });

/** What `tls` must be for the certificate `untrusted`, without and with a certificate of one's own. */
export const PRIVATE = { ca: trust.ca } as const satisfies TlsOptions;
/** As `app`. */
export const AS_APP = { ...PRIVATE, ...trust.clients.app } as const satisfies TlsOptions;

/** How a private CA and a name can be wrong, and what the failure is to say. */
export const WRONG = [
  ['an authority that has not signed', { ca: trust.otherCa }, 'unknown_issuer'],
  ["the platform's authority of the run", { ca: trust.runCa }, 'unknown_issuer'],
  ['another name', { ...PRIVATE, servername: 'other.example' }, 'name_mismatch'],
] as const;

/** The certificate `untrusted`, as failures have it. */
export const SHOWN = {
  subject: 'CN=localhost',
  issuer: 'CN=Nobody trusts this one',
  names: ['DNS:localhost', 'IP:127.0.0.1', 'IP:127.0.0.2', 'IP:::1'],
} as const;

/** A connector that keeps what it has dialled. */
export interface Recorder {
  readonly connector: Connector;
  readonly transports: Transport[];
  /** Of all connections that have spoken TLS so far. */
  sessions(): TlsSession[];
}

/** Keeps what `connector` dials. Default: a new one, with tickets of its own. */
export function recorder(connector: Connector = overTls({ versions: [tls12] }, connect)): Recorder {
  const transports: Transport[] = [];
  return {
    transports,
    async connector(address, options) {
      const transport = await connector(address, options);
      transports.push(transport);
      return transport;
    },
    sessions: () => transports.flatMap(({ tls }) => (tls === undefined ? [] : [tls])),
  };
}
