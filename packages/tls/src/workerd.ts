// The entry point inside workerd: TLS on WebCrypto.
export type { TlsOptions, TlsSession } from '@fairlead/transport';
export type { OverTlsOptions } from './connector/options.ts';
export { overTls } from './connector/over-tls.ts';
