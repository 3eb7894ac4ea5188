// TLS 1.2 as an export of its own, for servers without TLS 1.3: ECDHE with an AEAD and extended master secret alone. It refuses
// CBC, RSA key exchange, compression and renegotiation.
import type { Tls12 } from '../client/types.ts';
import { handshake } from './handshake.ts';
import { offer } from './wire/hello.ts';

/**
 * TLS 1.2, for `overTls({ versions: [tls12] })`. A server that has TLS 1.3 still gets TLS 1.3.
 * @example
 * ```ts
 * import { overTls } from '@fairlead/tls';
 * import { tls12 } from '@fairlead/tls/tls12';
 *
 * const connector = overTls({ versions: [tls12] });
 * ```
 */
export const tls12: Tls12 = { version: 'TLSv1.2', offer, handshake };
