// What a connection's TLS came to while it was tried: the chain that the server sent, and whether a part of it ends soon. Where the
// platform tells nothing of its TLS there is nothing to say.
import type { CertificateSummary } from '@fairlead/errors';
import { shownCertificate } from '@fairlead/http';
import type { Connector, TlsSession, Transport } from '@fairlead/transport';
import type { Finding } from '../finding.ts';
import { endOf } from '../warnings/certificates.ts';
import type { Dialled } from './in-workers.ts';

/** One connection's TLS, for people to read. */
export interface TlsChain {
  /** The setting: `FAIRLEAD_CONNECTIONS.main.url`. */
  readonly key: string;
  /** `TLSv1.3`. */
  readonly version: string;
  /** By its IANA name. */
  readonly cipher: string;
  /** The application protocol that was agreed on. */
  readonly alpn: string | undefined;
  /** What the server sent, its own certificate first. */
  readonly certificates: readonly CertificateSummary[];
}

/** A TLS session, and what had been asked for. */
export interface WatchedSession {
  readonly session: TlsSession;
  readonly dialled: Dialled;
}

/** A connector that remembers the first TLS session of what it dials. */
export interface WatchedConnector {
  readonly connector: Connector;
  readonly first: () => WatchedSession | undefined;
}

/** Watches what a connector dials. */
export function watchTls(connector: Connector): WatchedConnector {
  let first: WatchedSession | undefined;
  return {
    first: () => first,
    connector: async (address, options) => {
      const transport = await connector(address, options);
      const note = ({ tls: session }: Transport): void => {
        if (session !== undefined) first ??= { session, dialled: { address, wishes: options?.tlsOptions } };
      };
      note(transport);
      return options?.tls === 'starttls' ? notingUpgrade(transport, note) : transport;
    },
  };
}

/** The transport, which tells when TLS has been turned on. */
function notingUpgrade(transport: Transport, note: (transport: Transport) => void): Transport {
  return {
    get peer() {
      return transport.peer;
    },
    get tls() {
      return transport.tls;
    },
    closed: transport.closed,
    read: (atLeast) => transport.read(atLeast),
    write: (bytes) => transport.write(bytes),
    closeWrite: () => transport.closeWrite(),
    startTls: async () => {
      await transport.startTls();
      note(transport);
    },
    close: () => transport.close(),
    destroy: (reason) => transport.destroy(reason),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

/** A session in what people read of it. */
export function chainOf(key: string, { version, cipher, alpn, peerCertificates }: TlsSession): TlsChain {
  return { key, version, cipher, alpn, certificates: peerCertificates.map((each) => shownCertificate(each)) };
}

/** Certificates of a chain that end soon. */
export function chainFindings({ key, certificates }: TlsChain, now: number): Finding[] {
  return certificates.flatMap((certificate) => {
    const end = endOf(certificate, now);
    if (end === undefined) return [];
    const message = `the server sends the certificate ${certificate.subject}, which ${end}`;
    const fix = 'Renew it at the server, and look whether whatever renews it still runs.';
    return [{ level: 'warning' as const, key, message, fix }];
  });
}
