// What the chaos runner has to be told of a client: types only.
import type { Connector } from '@fairlead/transport';
import type { MemoryServer } from '../memory/connector.ts';

/** What is done to a call, or to the connection under it, at one moment. */
export type Fault = 'abort' | 'timeout' | 'close' | 'end' | 'reset' | 'destroy';

/** What a call may say about its own end; handed to the client as it is. */
export interface ChaosLimits {
  readonly signal: AbortSignal;
  /** Milliseconds on a clock that the runner turns. */
  readonly timeoutMs: number;
}

/** The server's side of one run. */
export interface ChaosWorld {
  /** Says that the server has got all of what carries `marker`: from now on it may have had an effect. */
  saw(marker: string): void;
  /** Says that the client has broken the protocol; the run fails with it. */
  breach(what: string): void;
}

/** A client under test, and a small honest server for it. */
export interface ChaosSubject<Client> {
  readonly name: string;
  /** Serves one connection until it ends. What it throws after the connection was cut is ignored. */
  serve(server: MemoryServer, world: ChaosWorld): Promise<void>;
  /** Opens a client. */
  connect(connector: Connector, limits: ChaosLimits): Promise<Client>;
  /** Calls by name. What has an effect at the server carries `marker` in its bytes. */
  readonly calls: Readonly<
    Record<string, (client: Client, limits: ChaosLimits, marker: string) => Promise<unknown>>
  >;
  /**
   * A call whose answer only the right reply can be. The next one on the client that the faulted call had.
   * @returns Whether the answer was its own. It rejects where the connection has ended.
   */
  probe(client: Client, limits: ChaosLimits): Promise<boolean>;
  close(client: Client): Promise<void>;
}
