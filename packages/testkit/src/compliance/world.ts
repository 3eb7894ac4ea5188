// What a compliance run needs to know of the connector's surroundings. Types, and the table of what can be shown.
import type { PuppetPorts } from '../puppet/ports.ts';

/** What a connector, or the place where it is tested, may be unable to show. */
export const CAPABILITIES = {
  /** A name that does not resolve. */
  dns: 'names are resolved',
  /** A connection to a peer that never answers. */
  unanswered: 'connecting can hang',
  /** What is wrong with a certificate. */
  certificates: 'certificates are verified',
  /** TCP's end without TLS's. */
  truncation: 'an end of TCP without close_notify is told from an end of the stream',
  /** The sizes of single writes to the platform. */
  platformWrites: 'the size of each platform write is recorded',
  /** An RST is an error, not an end. */
  resets: 'a reset is told from an end of the stream',
  /** `tls: 'starttls'`. */
  starttls: 'TLS can begin on an open connection',
  /** A peer that does not read. */
  backpressure: 'writes wait for a peer that does not read',
  /** FIN in one direction only. */
  halfClose: 'one direction can end while the other goes on',
} as const;

/** The name of a capability. */
export type Capability = keyof typeof CAPABILITIES;

/** `true`, or the reason why it cannot be shown here. */
export type Capabilities = Readonly<Record<Capability, true | string>>;

/** Where the misbehaving servers are, and what can be shown with this connector. */
export interface ComplianceWorld {
  readonly hostname: string;
  readonly ports: PuppetPorts;
  readonly capabilities: Capabilities;
  /** The sizes of the platform's writes since the last call; needed where `platformWrites` is `true`. */
  readonly platformWrites?: () => readonly number[];
  /**
   * Reports promises that were rejected without a listener; returns a function that stops it. Default: the
   * `unhandledrejection` event of workerd, or of Node's process.
   */
  readonly onUnhandledRejection?: (report: (reason: unknown) => void) => () => void;
}
