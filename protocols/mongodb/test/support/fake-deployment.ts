// A deployment without sockets: connections that answer from a script, and a topology that hands them out. It records all commands.
import { FairleadError } from '@fairlead/errors';
import type { Document } from 'bson';
import type { CommandLink, CommandRequest, ServerDescription } from '../../src/connection/types.ts';
import { createExecutor } from '../../src/operations/executor.ts';
import type { Executor, ExecutorSettings } from '../../src/operations/types.ts';
import type { DeploymentKind, Topology } from '../../src/topology/types.ts';
import type { ReadPreference } from '../../src/types/options.ts';

/** An answer of the script: a reply, an error, or a function of the request. */
export type Answer = Document | Error | ((request: CommandRequest) => Document | Error | Promise<Document>);

export const PRIMARY: ServerDescription = {
  kind: 'primary',
  maxWireVersion: 21,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  setName: 'rs',
  hosts: ['a:27017'],
  primary: 'a:27017',
  me: 'a:27017',
  tags: {},
  electionId: undefined,
  setVersion: 1,
  topologyVersion: undefined,
  serviceId: undefined,
  lastWriteDate: undefined,
};

export const SETTINGS: ExecutorSettings = {
  readPreference: { mode: 'primary' },
  readConcern: undefined,
  writeConcern: undefined,
  retryReads: true,
  retryWrites: true,
  serverApi: undefined,
  timeoutMs: 5_000,
};

export class FakeLink implements CommandLink {
  readonly peer = { hostname: 'a', port: 27017, tls: false };
  readonly address: string;
  readonly server: ServerDescription;
  isUsable = true;
  readonly closed = new Promise<void>(() => undefined);
  readonly #deployment: FakeDeployment;

  constructor(deployment: FakeDeployment, address: string) {
    this.#deployment = deployment;
    this.address = address;
    this.server = deployment.server;
  }

  async command(request: CommandRequest): Promise<Document> {
    this.#deployment.requests.push(request);
    this.#deployment.addresses.push(this.address);
    const answer = this.#deployment.nextAnswer(request);
    const result = await (typeof answer === 'function' ? answer(request) : answer);
    if (!(result instanceof Error)) return result;
    this.isUsable = false;
    throw result;
  }

  async close(): Promise<void> {
    this.isUsable = false;
  }

  destroy(): void {
    this.isUsable = false;
  }
}

export interface FakeOptions {
  readonly kind?: DeploymentKind;
  readonly server?: Partial<ServerDescription>;
  readonly settings?: Partial<ExecutorSettings>;
}

/** A script and what came of it. What is not scripted is answered `{ ok: 1 }`. */
export class FakeDeployment implements Topology {
  readonly kind: DeploymentKind;
  readonly server: ServerDescription;
  readonly requests: CommandRequest[] = [];
  readonly addresses: string[] = [];
  readonly failures: FairleadError[] = [];
  readonly selections: (ReadPreference | 'writable')[] = [];
  readonly selectErrors: (Error | undefined)[] = [];
  readonly closed = new Promise<void>(() => undefined);
  readonly executor: Executor;
  readonly #answers: Answer[];
  readonly #always: Answer | undefined;
  #link: FakeLink | undefined;
  #count = 0;

  /** @param always Answers what the script does not. */
  constructor(answers: Answer[] = [], options: FakeOptions = {}, always?: Answer) {
    this.kind = options.kind ?? 'replica set';
    this.server = { ...PRIMARY, ...options.server };
    this.#answers = answers;
    this.#always = always;
    this.executor = createExecutor(this, { ...SETTINGS, ...options.settings });
  }

  get commands(): Document[] {
    return this.requests.map(({ command }) => command);
  }

  /** Names of the commands, in order. */
  get names(): string[] {
    return this.commands.map((command) => Object.keys(command)[0] ?? '');
  }

  push(...answers: Answer[]): void {
    this.#answers.push(...answers);
  }

  nextAnswer(_request: CommandRequest): Answer {
    return this.#answers.shift() ?? this.#always ?? { ok: 1 };
  }

  async select(readPreference: ReadPreference | 'writable'): Promise<CommandLink> {
    this.selections.push(readPreference);
    const error = this.selectErrors.shift();
    if (error !== undefined) throw error;
    if (this.#link === undefined || !this.#link.isUsable) {
      this.#count += 1;
      this.#link = new FakeLink(this, `${String.fromCharCode(96 + this.#count)}:27017`);
    }
    return this.#link;
  }

  failed(link: CommandLink, error: FairleadError): void {
    this.failures.push(error);
    if (link === this.#link) this.#link = undefined;
  }

  async close(): Promise<void> {}
}

export function lost(safeToRetry = false): FairleadError {
  return new FairleadError('connection_lost', 'The connection ended.', { safeToRetry });
}

/** A reply with `ok: 0`. */
export function refusal(code: number, ...errorLabels: unknown[]): Document {
  return {
    ok: 0,
    code,
    codeName: `Code${code}`,
    errmsg: 'refused',
    ...(errorLabels.length > 0 && { errorLabels }),
  };
}

/** No limit. */
export const LIMIT = { signal: undefined, timeoutMs: Number.POSITIVE_INFINITY, at: Number.POSITIVE_INFINITY };

/** A limit of so many milliseconds from now. */
export function within(timeoutMs: number): { signal: undefined; timeoutMs: number; at: number } {
  return { signal: undefined, timeoutMs, at: Date.now() + timeoutMs };
}
