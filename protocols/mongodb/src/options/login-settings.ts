// What of a client's settings the login and the first `hello` of a connection need. Types only.
import type { Password } from '@fairlead/client';
import type { AuthMechanism, Compression, ServerApi } from '../types/option-values.ts';

/** Who logs in, and how. */
export interface Credentials {
  /** Empty for a certificate's login without a name: then it is the subject of the certificate. */
  readonly username: string;
  readonly password: Password;
  /** The database that knows the user. */
  readonly source: string;
  /** Undefined: the best that the server has for this user. */
  readonly mechanism: AuthMechanism | undefined;
}

/** The settings of a login. */
export interface LoginSettings {
  /** Undefined: no login. */
  readonly credentials: Credentials | undefined;
  readonly loadBalanced: boolean;
  readonly appName?: string | undefined;
  readonly serverApi?: ServerApi | undefined;
  readonly compression?: Compression | undefined;
}
