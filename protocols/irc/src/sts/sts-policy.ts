// Strict transport security (IRCv3 sts): what a server demands, and the store of such demands. It does no I/O.
import { splitOnce } from '../wire/fields.ts';

/** A server's demand that clients connect by TLS only. */
export interface StsPolicy {
  /** The port for TLS. */
  readonly port: number;
  /** How long the demand holds after a connection's end, in seconds. */
  readonly durationS: number;
  /** When the demand ends, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** Keeps policies between connections, by host name: a `Map`, or an object with durable storage behind it. */
export interface StsStore {
  /** The policy of a host. */
  get(hostname: string): StsPolicy | undefined | Promise<StsPolicy | undefined>;
  /** Keeps a policy. A promise that it returns is awaited. */
  set(hostname: string, policy: StsPolicy): unknown;
  /** Deletes a policy. A promise that it returns is awaited. */
  delete(hostname: string): unknown;
}

/** The value of the capability `sts`. Unknown keys, and values that are no numbers, are ignored (sts, "Details"). */
export interface StsValue {
  /** The port for TLS. */
  readonly port: number | undefined;
  /** How long the demand holds, in seconds. */
  readonly durationS: number | undefined;
}

/** Reads a value such as `port=6697,duration=15552000`. */
export function readSts(value: string): StsValue {
  const keys = new Map(value.split(',').map((token) => splitOnce(token, '=')));
  const number = (name: string, max: number): number | undefined => {
    const text = keys.get(name) ?? '';
    return /^\d{1,10}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
  };
  return {
    // Port 0 is no port.
    port: number('port', 65_535) || undefined,
    durationS: number('duration', Number.POSITIVE_INFINITY),
  };
}
