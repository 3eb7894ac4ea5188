// What a cipher of SSH is. Types only.
import type { Alignment } from '../wire/transport/packet-frame.ts';

/** Encrypts one direction. */
export interface Sealer extends Alignment {
  /**
   * @param framed The sequence number and the packet in plain, as `PacketBuilder` builds them. Its bytes are taken before
   *   `seal` returns, so that its storage may be used again. Calls may overlap; they count as made in their order.
   * @returns The packet as it is sent, in pieces.
   */
  seal(framed: Uint8Array): Promise<readonly Uint8Array[]>;
}

/** Decrypts one direction. */
export interface Opener extends Alignment {
  /** How many bytes of a packet must be there to learn its length. */
  readonly headBytes: number;
  readonly tagBytes: number;
  /**
   * `packet_length`, unchecked; asked for once a packet. A number where it is clear or can be decrypted at once.
   * @param head The packet's first `headBytes` bytes.
   */
  length(head: Uint8Array, sequence: number): number | Promise<number>;
  /**
   * @param packet The whole packet, from its length to its tag. Its bytes are taken before `open` returns. Calls may overlap;
   *   they count as made in their order.
   * @returns What `packet_length` counts, in plain, in memory of its own: the padding length, the payload, the padding.
   * @throws FairleadError `protocol` for a bad tag.
   */
  open(packet: Uint8Array, sequence: number): Promise<Uint8Array>;
}

/** A MAC of RFC 6668, or its encrypt-then-MAC form of OpenSSH. */
export interface Mac {
  readonly name: string;
  readonly hash: 'SHA-256' | 'SHA-512';
  /** Of the key, and of the tag. */
  readonly bytes: number;
  /** Whether it is of what is encrypted (and the length is clear), or of what is plain. */
  readonly encryptThenMac: boolean;
}

/** One direction's keys (RFC 4253 section 7.2). */
export interface CipherKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** For ciphers that do not authenticate by themselves. */
  readonly mac: { readonly algorithm: Mac; readonly key: Uint8Array } | undefined;
}

/** A cipher that the transport layer can use. */
export interface Cipher {
  /** Its name in KEXINIT. */
  readonly name: string;
  readonly keyBytes: number;
  /** 0 for none. */
  readonly ivBytes: number;
  /** Whether it authenticates by itself, without a MAC. */
  readonly authenticates: boolean;
  sealer(keys: CipherKeys): Promise<Sealer>;
  opener(keys: CipherKeys): Promise<Opener>;
}
