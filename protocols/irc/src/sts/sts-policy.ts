// Strict transport security (IRCv3 sts): what a server demands, and where the demand is kept. It opens nothing.
import { splitOnce } from '../wire/fields.ts';

/** A server's demand that it be reached by TLS alone. */
export interface StsPolicy {
  /** The port for TLS. */
  readonly port: number;
  /** For how long from a connection's end, in seconds. */
  readonly durationS: number;
  /** Until when, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** Where policies are kept between connections, by host name: a `Map`, or anything durable. */
export interface StsStore {
  get(hostname: string): StsPolicy | undefined | Promise<StsPolicy | undefined>;
  set(hostname: string, policy: StsPolicy): unknown;
  delete(hostname: string): unknown;
}

/** What the capability's value says. Keys that are unknown, or whose values are none, count for nothing. */
export interface StsValue {
  readonly port: number | undefined;
  readonly durationS: number | undefined;
}

/** Reads `port=6697,duration=15552000`. */
export function readSts(value: string): StsValue {
  const keys = new Map(value.split(',').map((token) => splitOnce(token, '=')));
  const number = (name: string, max: number): number | undefined => {
    const text = keys.get(name) ?? '';
    return /^\d{1,10}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
  };
  // Port 0 is none.
  return {
    port: number('port', 65_535) || undefined,
    durationS: number('duration', Number.POSITIVE_INFINITY),
  };
}
