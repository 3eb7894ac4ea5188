// The options of a connection.
import type { Password } from '@fairlead/client';
import type { Connector } from '@fairlead/transport';
import type { Cipher } from '../ciphers/types.ts';
import type { KeyboardInteractive } from '../connection/log-in.ts';
import type { HostKeyOptions } from '../host-keys/policy.ts';
import type { KeyExchangeMethod } from '../key-exchange/types.ts';
import type { Identity } from '../keys/types.ts';

/** A private key: the text or the bytes of a key file, or a key that was read. */
export type PrivateKey = string | Uint8Array | Identity;

/** How the user logs in. */
export interface LoginOptions {
  readonly username?: string | undefined;
  /** A text, or a function that is called once for each login. */
  readonly password?: Password | undefined;
  readonly privateKey?: PrivateKey | readonly PrivateKey[] | undefined;
  /** The text of the `-cert.pub` of the private key. */
  readonly certificate?: string | undefined;
  readonly keyboardInteractive?: KeyboardInteractive | undefined;
}

/** Options of a connection. They win over what the URL says. */
export interface SshOptions extends HostKeyOptions, LoginOptions {
  readonly hostname?: string | undefined;
  /** Default 22. */
  readonly port?: number | undefined;
  /** Further key exchange methods, tried before the built-in ones: `mlkem768x25519` of `@fairlead/ssh/mlkem`. */
  readonly keyExchanges?: readonly KeyExchangeMethod[] | undefined;
  /** Further ciphers, tried behind the built-in ones: `chacha20Poly1305` of `@fairlead/ssh/chacha20`. */
  readonly ciphers?: readonly Cipher[] | undefined;
  /** The only key exchange methods, ciphers and MACs that are offered, by their names, where a policy asks for it. Default: all. */
  readonly algorithms?: readonly string[] | undefined;
  /** A new key exchange after so many bytes. Default 1 GiB. */
  readonly rekeyAfterBytes?: number | undefined;
  /** How long the server may be silent before it is asked for a sign of life, while a channel is open. Three times: the connection is lost. Default 15,000; `Infinity` never asks. */
  readonly keepAliveMs?: number | undefined;
  /** The limit of dial, key exchange and login together, in milliseconds above 0. Default 20,000, of which the dial may take 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** The limit of each call that has none of its own, in milliseconds above 0. Default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Aborts connecting; later it ends the connection. */
  readonly signal?: AbortSignal | undefined;
  /** Opens the transport. Default: `connect` of `@fairlead/transport`; `connector` of another `SshClient` for a jump. */
  readonly connector?: Connector | undefined;
}
