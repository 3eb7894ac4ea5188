// What `ping` takes and gives: types only.
import type { FairleadError } from '@fairlead/errors';
import type { Connector, TlsChoice, TlsSession } from '@fairlead/transport';

/** Options of `ping` and `pingSamples`. */
export interface PingOptions {
  /**
   * Whether a TLS handshake follows, with a verified certificate. An object turns it on with a CA, a client certificate and
   * other wishes, for a connector that honours them: `overTls` of `@fairlead/tls`. Default false.
   */
  readonly tls?: boolean | TlsChoice | undefined;
  /** How many samples are taken, one after the other: 1 to 100. Default 1. */
  readonly count?: number | undefined;
  /**
   * Milliseconds from the start of one sample to the start of the next, 0 to 60,000; a sample that takes longer delays the
   * next. Default 0.
   */
  readonly intervalMs?: number | undefined;
  /** What dials. Default: the runtime's own. */
  readonly connector?: Connector | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the two handshakes of one sample. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds for all samples together; what was measured until then counts. Default 30,000; `Infinity` for no limit. */
  readonly timeoutMs?: number | undefined;
}

/** One connection that was opened and closed again, or could not be. */
export interface PingSample {
  /** 1 for the first. */
  readonly n: number;
  /** Milliseconds from dialling to the TCP connection being open; undefined where it did not open. */
  readonly tcpMs?: number;
  /** Milliseconds from there to the end of the TLS handshake; undefined without TLS, or where it failed. */
  readonly tlsMs?: number;
  /** What the TLS handshake came to, where the connector tells: `overTls`, and Node's own. */
  readonly session?: TlsSession;
  /** Why the sample is lost. `tcpMs` may be there: the connection opened, and the TLS handshake failed. */
  readonly error?: FairleadError;
}

/** How a list of times is spread, in milliseconds, rounded to hundredths. */
export interface TimeStatistics {
  readonly minMs: number;
  /** The middle one; with an even number of them, the mean of the two in the middle. */
  readonly medianMs: number;
  /** Nearest rank: the smallest time that at least 95 % of the times do not exceed. */
  readonly p95Ms: number;
  readonly maxMs: number;
  /** The mean of the absolute differences between each time and the one before it; undefined with fewer than two. */
  readonly jitterMs?: number;
}

/** What a series of samples amounts to. */
export interface PingStatistics {
  /** How many samples were taken. */
  readonly sent: number;
  /** How many of them have no error. */
  readonly received: number;
  /** The share of samples with an error, from 0 to 1, rounded to four digits. */
  readonly loss: number;
  /** Of all samples whose TCP connection opened; undefined where none did. */
  readonly tcp?: TimeStatistics;
  /** Of all samples whose TLS handshake ended well; undefined where none did. */
  readonly tls?: TimeStatistics;
}

/** What `ping` measured. */
export interface PingResult extends PingStatistics {
  /** All samples, in order. */
  readonly samples: readonly PingSample[];
}
