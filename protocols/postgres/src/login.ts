// From a target to a session that takes statements: dials, turns TLS on, authenticates, asks for the server's role. It
// ends within the target's time whatever the server does.
import { ReceiveBuffer } from '@fairlead/bytes';
import { scram } from '@fairlead/sasl';
import { type Address, type Connector, FairleadError, type Transport } from '@fairlead/transport';
import { dial, inTime } from './dial.ts';
import { bytesOf, writeQuery, writeTerminate } from './encode.ts';
import { hungUp } from './errors.ts';
import { Exchange, type Lane, simpleRequest } from './exchange.ts';
import { connectFirst, type Probe } from './hosts.ts';
import type { Target } from './options.ts';
import { Session, type SessionOwner } from './session.ts';
import { type StartupInput, StartupSession, type Step } from './startup.ts';

/** Room for what comes with a row, before and behind it. */
const SLACK_BYTES = 131_072;
/** Servers that did not ask for SCRAM at once: the next connection does not guess. */
const RELUCTANT = new Set<string>();
const MAX_RELUCTANT = 64;

/** A login that may send statements. */
export interface LoggedIn {
  readonly transport: Transport;
  readonly session: Session;
  readonly buffer: ReceiveBuffer;
}

/** What a login needs besides the target. */
export interface LoginInput {
  readonly connector: Connector;
  readonly owner: SessionOwner & Lane;
  readonly maxRowBytes: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens a connection to the first of the target's servers that will do.
 * @returns Once statements may be sent: the server is ready, or will be when it has checked the proof that was sent.
 * @throws FairleadError `connect_failed`, `connect_timeout`, `tls_failed`, `auth`, `server`, `protocol`, `aborted`.
 */
export function logIn(target: Target, input: LoginInput): Promise<LoggedIn> {
  const probe: Probe<LoggedIn> = {
    status: ({ session }) => session.parameters,
    ask: (open, statement) => inTime(open.transport, target, ask(open, statement, input.owner)),
    close: async ({ transport }) => {
      transport.write(bytesOf(writeTerminate));
      await transport.close();
    },
  };
  return connectFirst(target, (address) => attempt(target, address, input, target.eager), probe);
}

/** The only value of a statement, on a connection that nobody else uses yet. */
async function ask(open: LoggedIn, statement: string, lane: Lane): Promise<unknown> {
  let answer: unknown;
  const exchange = new Exchange(lane, simpleRequest(statement), {
    begin: () => undefined,
    // A row of one column: a count in two bytes, a length in four.
    row: (source, start, end) => {
      answer = source.text(start + 6, end);
    },
    tag: () => undefined,
  });
  exchange.expect('Q');
  open.session.sent.push(exchange);
  open.transport.write(bytesOf((w) => writeQuery(w, statement)));
  while (exchange.state !== 'ended') await receive(open.transport, open.session, open.buffer);
  await exchange.done;
  return answer;
}

async function attempt(
  target: Target,
  address: Address,
  input: LoginInput,
  eager: boolean,
): Promise<LoggedIn> {
  const place = `${address.hostname}:${address.port}/${target.parameters.get('user')}`;
  const { connector, signal } = input;
  const transport = await dial(target, address, connector, signal);
  const step = begin(transport, target, input, eager && !RELUCTANT.has(place));
  const open = await inTime(transport, target, step, signal);
  if (open !== undefined) return open;
  transport.destroy(new FairleadError('closed', 'The server did not ask for SCRAM at once.'));
  if (RELUCTANT.size < MAX_RELUCTANT) RELUCTANT.add(place);
  return attempt(target, address, input, false);
}

/** The start-up, as far as it has to be waited for; `undefined` when a guess was wrong. */
async function begin(
  transport: Transport,
  target: Target,
  { owner, maxRowBytes }: LoginInput,
  eager: boolean,
): Promise<LoggedIn | undefined> {
  const { starting, take } = startUp(transport, target, { eager });
  const session = new Session(owner, maxRowBytes);
  const buffer = new ReceiveBuffer(maxRowBytes + SLACK_BYTES);
  session.starting = starting;
  transport.write(starting.begin());
  const roleMatters = target.sessionAttrs !== 'any';
  while (session.starting !== undefined && (roleMatters || !starting.proving)) {
    const step = await receive(transport, session, buffer);
    if (step !== undefined && 'fallback' in step) return undefined;
    if (step !== undefined) await take(step);
  }
  return { transport, session, buffer };
}

/** One network read. */
async function receive(
  transport: Transport,
  session: Session,
  buffer: ReceiveBuffer,
): Promise<Step | undefined> {
  buffer.keep();
  const { starting } = session;
  let chunk: Uint8Array | undefined;
  try {
    chunk = await transport.read(session.wanted);
  } catch (error) {
    if (starting === undefined) throw error;
    return starting.end(error);
  }
  if (chunk === undefined) {
    if (starting === undefined) throw hungUp(transport.peer);
    return starting.end();
  }
  buffer.push(chunk);
  session.receive(buffer);
  return session.step;
}

/** A start-up on a dialled transport, and what does its steps. */
export function startUp(
  transport: Transport,
  target: Target,
  more: Partial<StartupInput>,
): { starting: StartupSession; take: (step: Exclude<Step, { readonly fallback: true }>) => Promise<void> } {
  const { password } = target;
  // The user's name is in the start-up message, and left out of SCRAM.
  const mechanism = password === undefined ? undefined : scram('SHA-256', { username: '', password });
  const starting = new StartupSession({
    parameters: target.parameters,
    password,
    scram: mechanism,
    allowCleartext: transport.peer.tls || target.allowCleartextPassword,
    requireAuth: target.requireAuth,
    version: target.protocolVersion,
    ...more,
  });
  const take = async (step: Exclude<Step, { readonly fallback: true }>): Promise<void> => {
    if ('send' in step) transport.write(step.send);
    else if (mechanism !== undefined) {
      transport.write(starting.answer(await mechanism.respond(step.challenge)));
    }
  };
  return { starting, take };
}
