// The vocabulary of TLS of one's own: what a caller wishes, and what an established session tells. Types only.
import type { CertificateSummary } from '@fairlead/errors';

/** The versions of TLS that are spoken at all. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/**
 * What a caller wishes of TLS beyond public authorities and the dialled name. `@fairlead/tls` honours it everywhere, and
 * `nodeSocket` by `node:tls`; the sockets of Cloudflare's platform take none of it and refuse.
 */
export interface TlsOptions {
  /**
   * The authorities that are trusted, as certificates in PEM, one text with several of them or several texts. They stand in
   * place of the public authorities, never beside them.
   */
  readonly ca?: string | readonly string[] | undefined;
  /** The client's certificate in PEM, its intermediate certificates behind it. Needs `key`. */
  readonly cert?: string | undefined;
  /** The private key of `cert`: PEM of PKCS#8 without a passphrase, or (not in Node) a `CryptoKey` that may sign. */
  readonly key?: string | CryptoKey | undefined;
  /** The name that is asked for (SNI) and that the certificate must be for. Default: the host name that is dialled. */
  readonly servername?: string | undefined;
  /** Application protocols (RFC 7301) by preference, such as `postgresql`. What was chosen stands in `transport.tls.alpn`. */
  readonly alpn?: readonly string[] | undefined;
  /**
   * Public keys, one of which must stand in the verified chain: `sha256/` and the base64 of the SHA-256 of a
   * SubjectPublicKeyInfo, as in RFC 7469. Beside everything else that is verified.
   */
  readonly pins?: readonly string[] | undefined;
  /**
   * The server's own key must be one of `pins`, and that is all: no authority, no name, no validity. For self-signed servers
   * that are known by their key. Default false.
   */
  readonly pinOnly?: boolean | undefined;
  /** The certificate may be for any name, as long as `ca` has signed it (`verify-ca` of Postgres). Needs `ca`. Default false. */
  readonly anyName?: boolean | undefined;
  /** The oldest version that is spoken. Default: the oldest that the connector knows. */
  readonly minVersion?: TlsVersion | undefined;
}

/** One certificate of the peer. */
export interface PeerCertificate extends CertificateSummary {
  /** The serial number in lower-case hex. */
  readonly serialNumber: string;
  /** The whole certificate. */
  readonly der: Uint8Array;
}

/** Which data bind an authentication to a TLS connection: RFC 9266, RFC 5929. */
export type ChannelBindingType = 'tls-exporter' | 'tls-server-end-point';

/** What is known of an established TLS connection. */
export interface TlsSession {
  readonly version: TlsVersion;
  /** The cipher suite by its IANA name: `TLS_AES_128_GCM_SHA256`. */
  readonly cipher: string;
  /** The application protocol that the server chose. */
  readonly alpn: string | undefined;
  /** Whether an earlier session was resumed. */
  readonly resumed: boolean;
  /** What the server sent, its own certificate first; behind a resumption, what it had sent then. */
  readonly peerCertificates: readonly PeerCertificate[];
  /**
   * The data of a channel binding.
   * @throws FairleadError `usage` where this connection has no such data: `tls-exporter` under TLS 1.2 without extended master
   *   secret, `tls-server-end-point` for a certificate whose signature has no hash (Ed25519).
   */
  channelBinding(type: ChannelBindingType): Promise<Uint8Array>;
  /**
   * RFC 8446 section 7.5, RFC 5705.
   * @param context `undefined` differs from an empty one under TLS 1.2 only.
   * @param length In bytes, 1 to 8,160.
   * @throws FairleadError `usage` for a bad length, and under TLS 1.2 without extended master secret.
   */
  exportKeyingMaterial(label: string, context: Uint8Array | undefined, length: number): Promise<Uint8Array>;
}
