// The seam between SSH's transport layer and what runs above it: logins and channels. Types only.
import type { Peer } from '@fairlead/errors';

/** What both sides agreed on in the last key exchange. */
export interface NegotiatedAlgorithms {
  readonly keyExchange: string;
  readonly hostKey: string;
  readonly cipherToServer: string;
  readonly cipherToClient: string;
  /** `undefined` where the cipher authenticates by itself. */
  readonly macToServer: string | undefined;
  readonly macToClient: string | undefined;
}

/** An encrypted link to a server whose host key was verified: whole payloads in both directions (RFC 4253). */
export interface PacketLink {
  readonly peer: Peer;
  /** The server's identification without `SSH-2.0-`: `OpenSSH_10.0p2 Debian-7`. */
  readonly software: string;
  /** H of the first exchange: what logins sign. */
  readonly sessionId: Uint8Array;
  readonly algorithms: NegotiatedAlgorithms;
  /** The host's public key or certificate. */
  readonly hostKey: Uint8Array;
  /** `server-sig-algs` of the last EXT_INFO (RFC 8308 section 3.1); `undefined` while none has come. */
  readonly signatureAlgorithms: readonly string[] | undefined;
  /** Whether payloads wait for the end of a key exchange, which goes on by `receive` alone. */
  readonly isHolding: boolean;
  /**
   * Encrypts and sends one payload, in the order of the calls. During a key exchange payloads wait.
   * `payload` is copied or encrypted before the promise settles; leave it unchanged until then.
   * @returns Settles when the transport has accepted it: that is the backpressure.
   * @throws FairleadError What the link has ended with.
   */
  send(payload: Uint8Array): Promise<void>;
  /**
   * The next payload that is not the transport layer's own: DISCONNECT, IGNORE, DEBUG, UNIMPLEMENTED, EXT_INFO and key
   * exchanges are dealt with inside. One call at a time. The view is valid until the next call.
   * @returns `undefined` where the server has closed in good order.
   * @throws FairleadError `connection_lost`, `protocol`, `server` (DISCONNECT with its reason), or the reason given to `destroy`.
   */
  receive(): Promise<Uint8Array | undefined>;
  /** Tells the server that the payload received last is not implemented (RFC 4253 section 11.4). As `send`, but may be left unawaited. */
  sendUnimplemented(): Promise<void>;
  /** Sends DISCONNECT by application, flushes and closes; bounded in time. Never rejects. Idempotent. */
  close(): Promise<void>;
  /** Ends everything at once; pending calls reject with `reason`. */
  destroy(reason: Error): void;
  /** Settles when the link has ended, whichever way. Never rejects. */
  readonly closed: Promise<void>;
}
