// What a handshake is given and what it gives back: types only.
import type { ChannelBindingType, PeerCertificate, TlsVersion } from '@fairlead/transport';
import type { CipherSuite, Group, Hash, SigningKey } from '../crypto/types.ts';
import type { OpenRecord, RawRecord } from '../record/record.ts';
import type { TrustAnchor, Verification, VerifiedChain } from '../x509/types.ts';

/** The options of a connector, checked, parsed and complete. Made once and used for every connection. */
export interface Settings {
  readonly trust: Verification['trust'];
  readonly anchors: readonly TrustAnchor[];
  readonly pins: readonly Uint8Array[];
  /** The client's certificates, DER, its own first. */
  readonly identity: { readonly chain: readonly Uint8Array[]; readonly key: SigningKey } | undefined;
  /** SNI and verification; `undefined`: the dialled name. */
  readonly servername: string | undefined;
  readonly alpn: readonly string[];
  readonly minVersion: TlsVersion;
  /** By preference. AES-128-GCM and AES-256-GCM, and what exports of their own add in front or behind. */
  readonly cipherSuites: readonly CipherSuite[];
  /** By preference; for the first one a share is sent at once. */
  readonly groups: readonly Group[];
  /** The handshake of TLS 1.2, where it was given. */
  readonly tls12: Tls12 | undefined;
  /** Whether sessions are resumed and their tickets wanted. Default true. */
  readonly tickets?: boolean | undefined;
}

/** What one handshake needs besides. */
export interface HandshakeRequest {
  readonly settings: Settings;
  /** SNI (RFC 6066: none for addresses) and what the certificate must be for. */
  readonly name: string;
  /** A session to be resumed. */
  readonly ticket: Ticket | undefined;
}

/** A session ticket of TLS 1.3 or 1.2, with what it resumes. Held in memory alone, used once. */
export interface Ticket {
  readonly version: TlsVersion;
  readonly identity: Uint8Array;
  /** TLS 1.2: what resumes the session where `identity` is empty, for servers that keep sessions and give no tickets. */
  readonly sessionId?: Uint8Array | undefined;
  /** The PSK of TLS 1.3, the master secret of TLS 1.2. */
  readonly secret: Uint8Array;
  readonly cipherSuite: number;
  /** RFC 8446 section 4.6.1. */
  readonly ageAdd: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Milliseconds since 1970: the server's lifetime, at most seven days, and the end of the certificates. */
  readonly expiresAt: number;
  readonly chain: VerifiedChain;
  readonly alpn: string | undefined;
  /** TLS 1.2: whether the session has an extended master secret. */
  readonly extendedMasterSecret: boolean;
}

/** A connection that is up. */
export interface Established {
  readonly version: TlsVersion;
  readonly cipher: string;
  readonly alpn: string | undefined;
  readonly resumed: boolean;
  readonly certificates: readonly PeerCertificate[];
  channelBinding(type: ChannelBindingType): Promise<Uint8Array>;
  exportKeyingMaterial(label: string, context: Uint8Array | undefined, length: number): Promise<Uint8Array>;
}

/** Handshake messages in and out, whatever protects them. The record layer does it; see `record/`. */
export interface HandshakeStream {
  /**
   * The next handshake message, whole, its header of 4 bytes included. ChangeCipherSpec of TLS 1.3's compatibility mode is passed
   * over where it is legal.
   * @throws TlsFault; `FairleadError` `connection_lost` where the peer ends.
   */
  next(): Promise<Uint8Array>;
  /** Whether a part of a further message waits: keys must not change then (RFC 8446 section 5.1). */
  readonly hasPart: boolean;
  /** Sends whole handshake messages as records; settles when the transport has taken them. */
  send(...messages: Uint8Array[]): Promise<void>;
  sendChangeCipherSpec(): Promise<void>;
  /** TLS 1.2: the next record must be ChangeCipherSpec, alone and on time. */
  expectChangeCipherSpec(): Promise<void>;
  /** The keys of what is received from now on. */
  readWith(protection: Protection): void;
  /** The keys of what is sent from now on. */
  writeWith(protection: Protection): void;
}

/** The stream that a handshake runs on: it is told the version as soon as ServerHello has chosen it. */
export interface ClientStream extends HandshakeStream {
  /** Records are checked by this version's rules from now on. */
  settle(version: TlsVersion): void;
}

/** How one direction's records are protected from some point on. Sequence numbers begin at 0. */
export interface Protection {
  /** How TLS 1.2 puts content into records; nothing for TLS 1.3. */
  readonly framing?: Framing | undefined;
  readonly aead: import('../crypto/types.ts').Aead;
  readonly maxRecords: number;
  /** TLS 1.3 and ChaCha20: 12 bytes, XORed with the sequence number. AES-GCM of TLS 1.2: 4 bytes, then 8 explicit ones. */
  readonly iv: Uint8Array;
  /** 0 under TLS 1.3. */
  readonly explicitNonceBytes: 8 | 0;
}

/** How content is put into a protected record and taken out of it. */
export interface Framing {
  /** @throws TlsFault `bad_record_mac` */
  open(protection: Protection, record: RawRecord, sequence: number): Promise<OpenRecord>;
  /** Fills `record`, which has the size that `part` needs. */
  seal(
    protection: Protection,
    part: { readonly type: number; readonly content: Uint8Array },
    record: Uint8Array,
    sequence: number,
  ): Promise<void>;
}

/** What TLS 1.2 takes over with, once ServerHello has chosen it. */
export interface Tls12Start {
  readonly request: HandshakeRequest;
  readonly stream: HandshakeStream;
  /** ClientHello and ServerHello, whole, with their headers. */
  readonly clientHello: Uint8Array;
  readonly serverHello: Uint8Array;
  readonly clientRandom: Uint8Array;
}

/** What a handshake of TLS 1.2 leaves behind, besides what is established. */
export interface Tls12Outcome {
  readonly established: Established;
  readonly ticket: Ticket | undefined;
}

/** TLS 1.2 as an export of its own: `tls12` of `@fairlead/tls/tls12`. */
export interface Tls12 {
  readonly version: 'TLSv1.2';
  /** What ClientHello offers for it besides: suites (by preference) and extensions, encoded. */
  offer(request: HandshakeRequest): {
    readonly cipherSuites: readonly number[];
    readonly extensions: Uint8Array;
    /** What ClientHello has as its session ID, where a session is resumed by it; else 32 random bytes. */
    readonly sessionId: Uint8Array | undefined;
  };
  /** @throws TlsFault */
  handshake(start: Tls12Start): Promise<Tls12Outcome>;
}

/** What a handshake leaves behind, whatever its version. */
export interface HandshakeOutcome {
  readonly established: Established;
  /** What goes on behind a handshake of TLS 1.3. */
  readonly tls13: Tls13Traffic | undefined;
  /** TLS 1.2: the ticket, if one came. */
  readonly ticket: Ticket | undefined;
  /** Whether the server has asked for a certificate, and will judge it only now: TLS 1.3. */
  readonly isVerdictDue: boolean;
}

/** The keys of a connection of TLS 1.3, and its tickets. */
export interface Tls13Traffic {
  readonly read: TrafficKeys;
  readonly write: TrafficKeys;
  /** Makes a ticket of a NewSessionTicket; `undefined` for one that is not to be kept. */
  ticketOf(message: Uint8Array): Promise<Ticket | undefined>;
}

/** One direction's keys, and those behind a KeyUpdate. */
export interface TrafficKeys {
  protection(use: 'seal' | 'open'): Promise<Protection>;
  next(): Promise<TrafficKeys>;
}

/** A hash over the handshake's messages so far. */
export interface Transcript {
  add(message: Uint8Array): void;
  hash(hash: Hash): Promise<Uint8Array>;
}
