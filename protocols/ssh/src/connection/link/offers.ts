// What this client offers in KEXINIT, in the order of preference. No SHA-1, no CBC, no finite-field Diffie-Hellman.
import { usage } from '@fairlead/errors';
import { aes128Ctr, aes256Ctr, MACS } from '../../ciphers/aes-ctr.ts';
import { aes128Gcm, aes256Gcm } from '../../ciphers/aes-gcm.ts';
import type { Cipher, Mac } from '../../ciphers/types.ts';
import type { HostKeyPolicy } from '../../host-keys/types.ts';
import type { KeyExchangeMethod } from '../../key-exchange/types.ts';
import { curve25519, ecdhP256, ecdhP384 } from '../../key-exchange/webcrypto-ecdh.ts';
import { SIGNALS } from '../../session/negotiation.ts';
import type { KexInit } from '../../wire/transport/kex-init.ts';

const METHODS: readonly KeyExchangeMethod[] = [curve25519, ecdhP256, ecdhP384];
const CIPHERS: readonly Cipher[] = [aes256Gcm, aes128Gcm, aes256Ctr, aes128Ctr];

/** All that one connection can do. */
export interface Offer {
  readonly methods: readonly KeyExchangeMethod[];
  readonly ciphers: readonly Cipher[];
  readonly macs: readonly Mac[];
  readonly hostKeys: readonly string[];
}

/** What of the core's algorithms is offered, and what besides. */
export interface OfferOptions {
  /** Key exchange methods besides the core's, preferred to those: `mlkem768x25519`. */
  readonly keyExchanges?: readonly KeyExchangeMethod[] | undefined;
  /** Ciphers besides the core's, behind those, which WebCrypto does ten times as fast: `chacha20Poly1305`. */
  readonly ciphers?: readonly Cipher[] | undefined;
  /** The names of key exchange methods, ciphers and MACs that may be used; the order stays this client's. Default: all. */
  readonly algorithms?: readonly string[] | undefined;
}

/** @throws FairleadError `usage` for an algorithm that is not known, or where no key exchange method or no cipher is left. */
export function offerOf(hostKeys: HostKeyPolicy, options: OfferOptions = {}): Offer {
  const { keyExchanges = [], ciphers = [], algorithms } = options;
  const all: Offer = {
    methods: [...keyExchanges, ...METHODS],
    ciphers: [...CIPHERS, ...ciphers],
    macs: MACS,
    hostKeys: hostKeys.algorithms,
  };
  return algorithms === undefined ? all : narrowed(all, algorithms);
}

function narrowed(all: Offer, names: readonly string[]): Offer {
  const known = [
    ...all.methods.flatMap((method) => method.names),
    ...all.ciphers.map(nameOf),
    ...all.macs.map(nameOf),
  ];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw usage(`algorithms: ${unknown} is none of ${known.join(', ')}`);
  const isNamed = (one: { readonly name: string }): boolean => names.includes(one.name);
  const methods = all.methods
    .map((method) => ({ ...method, names: method.names.filter((name) => names.includes(name)) }))
    .filter((method) => method.names.length > 0);
  const ciphers = all.ciphers.filter(isNamed);
  const macs = all.macs.filter(isNamed);
  if (methods.length === 0) throw usage('algorithms names no key exchange method');
  if (!ciphers.some((cipher) => cipher.authenticates || macs.length > 0)) {
    throw usage('algorithms names no cipher, or no MAC for it');
  }
  return { ...all, methods, ciphers, macs };
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** The KEXINIT of an offer. @param first The signals stand in the connection's first one only. */
export function kexInitOf({ methods, ciphers, macs, hostKeys }: Offer, first: boolean): KexInit {
  const cipherNames = ciphers.map(({ name }) => name);
  const macNames = macs.map(({ name }) => name);
  const signals = first ? [SIGNALS.EXT_INFO_CLIENT, SIGNALS.STRICT_CLIENT] : [];
  return {
    keyExchanges: [...methods.flatMap(({ names }) => names), ...signals],
    hostKeys,
    ciphersToServer: cipherNames,
    ciphersToClient: cipherNames,
    macsToServer: macNames,
    macsToClient: macNames,
    compressionToServer: ['none'],
    compressionToClient: ['none'],
    guesses: false,
  };
}
