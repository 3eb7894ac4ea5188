// What of a client's settings concerns one connection. Types only.
import type { Connector } from '@fairlead/transport';
import type { LoginSettings } from './login-settings.ts';
import type { TlsSettings } from './tls.ts';

/** The settings of one connection. */
export interface LinkSettings extends LoginSettings, TlsSettings {
  readonly connector?: Connector | undefined;
  /** Ends the client. */
  readonly signal?: AbortSignal | undefined;
}
