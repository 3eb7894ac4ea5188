// Limits that every route obeys, and their defaults. Data and its schema only.
import { z } from 'zod';

const count = (fallback: number, max: number) => z.number().int().min(1).max(max).default(fallback);

/** The schema of `FAIRLEAD_LIMITS`; what is left out takes its default. */
export const limitsSchema = z.strictObject({
  /** Largest request body that is gathered before it is used, in bytes. */
  maxBodyBytes: count(4_194_304, 67_108_864),
  /** Largest request body that is passed on as it comes (`/smtp/send-raw`), in bytes: it takes no memory. */
  maxStreamBytes: count(52_428_800, 1_073_741_824),
  /** Deepest nesting of arrays and objects in a JSON body. */
  maxJsonDepth: count(64, 1000),
  /** Time for a request, from its arrival on, when the caller asks for none; reading its body counts. */
  timeoutMs: count(30_000, 3_600_000),
  /** The longest time that a caller may ask for with `Fairlead-Timeout-Ms`; also the default of streamed results. */
  maxTimeoutMs: count(300_000, 3_600_000),
  /** Most rows (or array elements) in a result that is sent as one JSON document. Streams have no such limit. */
  maxRows: count(100_000, 10_000_000),
  /** Most bytes of a result that is sent as one JSON document. Streams have no such limit. */
  maxResultBytes: count(16_777_216, 67_108_864),
  /** Most commands in one pipeline or transaction. */
  maxCommands: count(1000, 100_000),
  /** The longest life of a TCP tunnel, and its default. */
  maxTunnelMs: count(3_600_000, 604_800_000),
  /** How long a TCP tunnel may carry nothing, at most and by default. */
  maxTunnelIdleMs: count(600_000, 604_800_000),
  /** Most bytes that a TCP tunnel without the subprotocol sends to a caller that sends nothing meanwhile. */
  maxTunnelAheadBytes: count(67_108_864, 1_099_511_627_776),
});

/** The limits in force. */
export type Limits = Readonly<z.output<typeof limitsSchema>>;
