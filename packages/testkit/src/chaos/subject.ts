// What the chaos runner has to be told of a client: types only.
import type { Connector } from '@fairlead/transport';
import type { MemoryServer } from '../memory/connector.ts';

/**
 * What is done to a call, or to the connection under it, at one moment.
 *
 * - `abort`, `timeout`: the call's own signal and time limit. `close`: the client is closed meanwhile.
 * - `end`, `reset`: the peer's end of the stream, or an RST. `destroy`: the transport is ended from this side.
 * - `write`: the platform rejects the next writes, and reading goes on.
 * - `mute`: the peer says nothing more, and new connections are not answered.
 * - `refuse`: the server answers the next request with an error, and does not do it.
 */
export type Fault = 'abort' | 'timeout' | 'close' | 'end' | 'reset' | 'destroy' | 'write' | 'mute' | 'refuse';

/** What a call may say about its own end; handed to the client as it is. */
export interface ChaosLimits {
  readonly signal: AbortSignal;
  /** Milliseconds on a clock that the runner turns. */
  readonly timeoutMs: number;
}

/** The server's side of one run: the same object for all connections of the run. */
export interface ChaosWorld {
  /** Says that the server has got all of what carries `marker`: from now on it may have had an effect. */
  saw(marker: string): void;
  /** Says that the client has broken the protocol; the run fails with it. */
  breach(what: string): void;
  /** Whether to answer the request at hand with an error and not to do it. True once, for the fault `refuse`. */
  refuses(): boolean;
  /** Has `check` called when every connection of the run has ended; it may still say `breach`. */
  finally(check: () => void): void;
}

/** A client under test, and a small honest server for it. */
export interface ChaosSubject<Client> {
  readonly name: string;
  /** Whether the server asks `world.refuses()`. Default false: then the fault `refuse` is not tried. */
  readonly refuses?: boolean;
  /**
   * Which connection is cut, for clients that open several. Default `first`; `mute` is for all of them.
   */
  readonly hits?: 'first' | 'latest';
  /** Serves one connection until it ends; the runner closes it then. What it throws after the cut is ignored. */
  serve(server: MemoryServer, world: ChaosWorld): Promise<void>;
  /** Opens a client. */
  connect(connector: Connector, limits: ChaosLimits): Promise<Client>;
  /**
   * Calls by name. What has an effect at the server carries `marker` in its bytes. A call that makes several promises
   * returns them all; the effect of promise n carries `markerOf(marker, n)`.
   */
  readonly calls: Readonly<
    Record<
      string,
      (client: Client, limits: ChaosLimits, marker: string) => Promise<unknown> | readonly Promise<unknown>[]
    >
  >;
  /** Calls that resolve before the server has got them. Of all others a success proves that the server saw it. */
  readonly unanswered?: readonly string[];
  /**
   * A call whose answer only the right reply can be. The next one on the client that the faulted call had.
   * @returns Whether the answer was its own. It rejects where the connection has ended.
   */
  probe(client: Client, limits: ChaosLimits): Promise<boolean>;
  close(client: Client): Promise<void>;
}

/** The marker of promise `n` of a call that returns several. */
export function markerOf(marker: string, n: number): string {
  return `${marker}${n}`;
}

/** The markers in what a server got. */
export function markersIn(text: string): readonly string[] {
  return text.match(/chaos\d+x\d?/g) ?? [];
}
