// The option `tls` of a ping and a send: on or off, and with which wishes.
import { usage } from '@fairlead/errors';
import { type ConnectOptions, readTls, type TlsChoice } from '@fairlead/transport';

/**
 * Reads the option. Neither a ping nor a send speaks a protocol that could ask for TLS later.
 * @throws FairleadError `usage`.
 */
export function tlsOf(tls: boolean | TlsChoice | undefined): {
  readonly tls: boolean;
  readonly tlsOptions: ConnectOptions['tlsOptions'];
} {
  const { mode, tlsOptions } = readTls(tls);
  if (mode === 'starttls') throw usage('tls has no STARTTLS here: it is true, false or an object of options');
  return { tls: tlsOptions !== undefined || mode === true, tlsOptions };
}
