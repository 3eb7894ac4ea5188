// The peer's side of one run: dials the subject's server, cuts and mutes its connections, and keeps what it says.
import { type Connector, FairleadError, isFairleadError, type Transport } from '@fairlead/transport';
import { type MemoryServer, memoryConnector } from '../memory/connector.ts';
import type { ChaosLimits, ChaosSubject, ChaosWorld, Fault } from './subject.ts';

const noop = (): void => undefined;

/** All connections of one run. */
export class Stage<Client> implements ChaosWorld {
  /** Markers that the server has seen. */
  readonly seen: Set<string> = new Set();
  readonly #subject: ChaosSubject<Client>;
  readonly #report: (violation: string) => void;
  readonly #servers: MemoryServer[] = [];
  readonly #transports: Transport[] = [];
  readonly #serving: Promise<void>[] = [];
  readonly #checks: (() => void)[] = [];
  readonly #behaviour: { dial?: 'silent' } = {};
  #isCut = false;
  #refusals = 0;

  constructor(subject: ChaosSubject<Client>, report: (violation: string) => void) {
    this.#subject = subject;
    this.#report = report;
  }

  saw(marker: string): void {
    this.seen.add(marker);
  }

  breach(what: string): void {
    this.#report(`the client broke the protocol: ${what}`);
  }

  refuses(): boolean {
    if (this.#refusals === 0) return false;
    this.#refusals -= 1;
    return true;
  }

  finally(check: () => void): void {
    this.#checks.push(check);
  }

  /** Opens the subject's client. */
  open(limits: ChaosLimits): Promise<Client> {
    const dial = memoryConnector((server) => {
      this.#servers.push(server);
      this.#serving.push(this.#serve(server));
    }, this.#behaviour);
    const connector: Connector = async (address, options) => {
      const dialling = dial(address, options);
      this.#serving.push(dialling.then(noop, noop));
      const transport = await dialling;
      this.#transports.push(transport);
      this.#serving.push(transport.closed);
      return transport;
    };
    return this.#subject.connect(connector, limits);
  }

  /** Does to the connection what the fault says. */
  inject(fault: Fault): void {
    this.#isCut = true;
    const [first] = this.#servers;
    if (fault === 'end') first?.end();
    else if (fault === 'reset') first?.reset();
    else if (fault === 'destroy')
      this.#transports[0]?.destroy(new FairleadError('connection_lost', 'Chaos.'));
    else if (fault === 'write') first?.refuseWrites();
    else if (fault === 'refuse') this.#refusals = 1;
    else if (fault === 'mute') {
      this.#behaviour.dial = 'silent';
      for (const server of this.#servers) server.stall(true);
    }
  }

  /** No further request is refused. */
  calm(): void {
    this.#refusals = 0;
  }

  /** Settles when no connection is open, and none is being opened. */
  async ended(): Promise<void> {
    for (let known = 0; known < this.#serving.length; ) {
      known = this.#serving.length;
      await Promise.all(this.#serving);
    }
  }

  /** Runs what the server has to check at the end. */
  check(): void {
    for (const check of this.#checks) check();
  }

  async #serve(server: MemoryServer): Promise<void> {
    try {
      await this.#subject.serve(server, this);
    } catch (error) {
      if (!this.#isCut && !isFairleadError(error)) this.#report(`the server: ${String(error)}`);
    }
    await server.close();
  }
}
