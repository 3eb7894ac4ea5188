// What Node knows of an established TLS connection, and the tickets with which another one may resume it.
import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { usage } from '@fairlead/errors';
import type { ChannelBindingType, PeerCertificate, TlsSession, TlsVersion } from '../../tls/types.ts';
import { endPointHash, hasExtendedMasterSecret } from './der.ts';

/** RFC 9266 section 4.1. */
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
const EXPORTER_BYTES = 32;
/** RFC 8446 section 7.1: 255 blocks of the hash; of SHA-256, which every suite has. */
const MAX_EXPORT_BYTES = 8_160;

/** What a session is resumed with. One for a connection and all that resume it. */
export interface Tickets {
  /** The newest one, as OpenSSL stores it; `undefined` until the server has given one. */
  newest: Buffer | undefined;
  /** What was verified when the session began. */
  readonly verifiedFor: string;
  /** What the peer sent then. */
  certificates: readonly PeerCertificate[];
}

/** A session by `node:tls`. */
export class NodeTlsSession implements TlsSession {
  readonly version: TlsVersion;
  readonly cipher: string;
  readonly alpn: string | undefined;
  readonly resumed: boolean;
  readonly tickets: Tickets;
  readonly peerCertificates: readonly PeerCertificate[];
  readonly #socket: TLSSocket;

  /** @param socket After its handshake. */
  constructor(socket: TLSSocket, tickets: Tickets) {
    this.#socket = socket;
    this.tickets = tickets;
    this.version = socket.getProtocol() === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2';
    this.cipher = socket.getCipher().standardName;
    this.alpn = typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : undefined;
    this.resumed = socket.isSessionReused();
    this.peerCertificates = tickets.certificates;
  }

  async channelBinding(type: ChannelBindingType): Promise<Uint8Array> {
    if (type === 'tls-exporter')
      return this.exportKeyingMaterial(EXPORTER_LABEL, new Uint8Array(0), EXPORTER_BYTES);
    const der = this.peerCertificates[0]?.der;
    const hash = der && endPointHash(der);
    if (type !== 'tls-server-end-point' || der === undefined || hash === undefined) {
      throw usage(`${type} does not exist for the signature of this server's certificate`);
    }
    return new Uint8Array(createHash(hash).update(der).digest());
  }

  async exportKeyingMaterial(
    label: string,
    context: Uint8Array | undefined,
    length: number,
  ): Promise<Uint8Array> {
    if (!Number.isInteger(length) || length < 1 || length > MAX_EXPORT_BYTES) {
      throw usage(`the length of keying material is 1 to ${MAX_EXPORT_BYTES} bytes`);
    }
    // RFC 7627 section 6.
    if (this.version === 'TLSv1.2' && !hasExtendedMasterSecret(this.#socket.getSession())) {
      throw usage('this connection of TLS 1.2 has no extended master secret, so it binds nothing');
    }
    const socket: Exporting = this.#socket;
    return new Uint8Array(
      context === undefined
        ? socket.exportKeyingMaterial(length, label)
        : socket.exportKeyingMaterial(length, label, Buffer.from(context)),
    );
  }
}

/** Node's own types know no call without a context. */
interface Exporting {
  exportKeyingMaterial(length: number, label: string, context?: Buffer): Buffer;
}
