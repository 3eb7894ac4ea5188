// Opens a session that takes statements: dials, turns TLS on, authenticates, and asks for the server's role. It ends within
// the target's time limit, whatever the server does.
import { ReceiveBuffer } from '@fairlead/bytes';
import { type CallLimit, passwordOf } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import { type ChannelBinding, channelBindingOf, type Mechanism, scram } from '@fairlead/sasl';
import { type Address, type Connector, FairleadError, type Transport } from '@fairlead/transport';
import { failure, hungUp } from '../../errors.ts';
import { checkPassword, type Target } from '../../options/target.ts';
import type { SessionOwner } from '../../session/replies.ts';
import { Session } from '../../session/session.ts';
import { SCRAM_PLUS, type StartupInput } from '../../session/startup/input.ts';
import { StartupSession, type Step } from '../../session/startup/startup.ts';
import { writeStatement } from '../../session/statement-writer.ts';
import { PendingStatement } from '../../statements/pending-statement.ts';
import { StatementCache } from '../../statements/prepared.ts';
import { simpleRequest } from '../../statements/request.ts';
import { bytesOf, writeTerminate } from '../../wire/encode/client.ts';
import { connectFirst, type Probe } from './hosts.ts';
import { attemptLimit, inTime, openTransport } from './secure-transport.ts';

/** Room in the buffer for messages before and behind a row. */
const SLACK_BYTES = 131_072;
/** Servers that did not ask for SCRAM at once, or refused further parameters: the next connection does without. */
const RELUCTANT = new Set<string>();
const MAX_RELUCTANT = 64;
/** Protocol violation (PgBouncer), invalid parameter value, undefined object, feature not supported. */
const REFUSED_PARAMETER: readonly string[] = ['08P01', '22023', '42704', '0A000'];

/** A login that may send statements. */
export interface LoggedIn {
  readonly transport: Transport;
  readonly session: Session;
  readonly buffer: ReceiveBuffer;
  /** The login's last message, where it was not sent: the first statements travel with it, in one segment. */
  readonly unsent: Uint8Array | undefined;
  /** The attempt's time, for what is left of the start-up. */
  readonly limit: CallLimit;
}

/** What a login needs besides the target. */
export interface LoginInput {
  readonly connector: Connector;
  readonly owner: SessionOwner;
  readonly maxRowBytes: number;
  readonly signal: AbortSignal | undefined;
  /** Whether the server must be ready before the login is handed over. Default: where its role matters. */
  readonly isWhole?: boolean | undefined;
}

/** What an attempt may do although a server may refuse it: guess the login, and send further start-up parameters. */
interface StartupChoices {
  readonly eager: boolean;
  readonly asks: boolean;
}

/**
 * Opens a connection to the first of the target's servers that will do.
 * @returns Once statements may be sent: the server is ready, or will be when it has checked the proof that was sent.
 * @throws FairleadError `connect_failed`, `connect_timeout`, `tls_failed`, `auth`, `server`, `protocol`, `aborted`.
 */
export function logIn(target: Target, input: LoginInput): Promise<LoggedIn> {
  const probe: Probe<LoggedIn> = {
    status: ({ session }) => session.parameters,
    ask: (open, statement) => inTime(open.transport, open.limit, ask(open, statement, input.owner)),
    close: async ({ transport }) => {
      transport.write(bytesOf(writeTerminate));
      await transport.close();
    },
  };
  const choices = {
    eager: target.eager,
    asks: target.pinned.size > 0 || target.statementTimeoutMs !== undefined,
  };
  return connectFirst(
    target,
    (address) => attempt(target, address, input, attemptLimit(target, input.signal), choices),
    probe,
  );
}

/** The only value of a statement's result, on a connection that is not handed out yet. */
async function ask(open: LoggedIn, text: string, owner: SessionOwner): Promise<unknown> {
  let answer: unknown;
  const statement = new PendingStatement(owner, simpleRequest(text), {
    begin: () => undefined,
    // A row of one column: a count in two bytes, a length in four.
    row: (source, start, end) => {
      answer = source.text(start + 6, end);
    },
    tag: () => undefined,
  });
  open.transport.write(
    bytesOf((writer) => writeStatement({ writer, cache: new StatementCache(), now: 0 }, statement)),
  );
  open.session.add(statement);
  while (!statement.over) await receive(open.transport, open.session, open.buffer);
  await statement.done;
  return answer;
}

async function attempt(
  target: Target,
  address: Address,
  input: LoginInput,
  limit: CallLimit,
  choices: StartupChoices,
): Promise<LoggedIn> {
  const place = `${address.hostname}:${address.port}/${target.parameters.get('user')}`;
  const eager = choices.eager && !RELUCTANT.has(`eager ${place}`);
  const asks = choices.asks && !RELUCTANT.has(`asks ${place}`);
  const transport = await openTransport(target, address, input.connector, limit);
  try {
    const open = await inTime(transport, limit, begin(transport, target, input, limit, { eager, asks }));
    if (open !== undefined) return open;
  } catch (error) {
    if (!asks || !refusesParameter(error)) throw error;
    transport.destroy(new FairleadError('closed', 'The server refused a start-up parameter.'));
    const open = await attempt(target, address, input, limit, { ...choices, asks: false });
    // Only now it is certain that the refused parameter was not the caller's.
    remember(`asks ${place}`);
    return open;
  }
  transport.destroy(new FairleadError('closed', 'The server did not ask for SCRAM at once.'));
  remember(`eager ${place}`);
  return attempt(target, address, input, limit, { ...choices, eager: false });
}

/** Remembers a server; the oldest entry goes where there are too many. */
function remember(what: string): void {
  for (const oldest of RELUCTANT) {
    if (RELUCTANT.size < MAX_RELUCTANT) break;
    RELUCTANT.delete(oldest);
  }
  RELUCTANT.add(what);
}

/** Whether a pooler has refused a start-up parameter, as it does before it asks for a password. */
function refusesParameter(error: unknown): boolean {
  return isFairleadError(error) && REFUSED_PARAMETER.includes(error.server?.code ?? '');
}

/** Runs the start-up as far as it has to be awaited. @returns `undefined` when a guess was wrong. */
async function begin(
  transport: Transport,
  target: Target,
  { owner, maxRowBytes, isWhole = target.sessionAttrs !== 'any' }: LoginInput,
  limit: CallLimit,
  { eager, asks }: StartupChoices,
): Promise<LoggedIn | undefined> {
  const password = await passwordOf(target.password, limit);
  const binding = await bindingOf(transport, target);
  const parameters = asks ? withServerLimits(target) : target.parameters;
  const { starting, answer } = startUp(transport, target, { password, binding }, { eager, parameters });
  const session = new Session(owner, maxRowBytes, starting);
  const buffer = new ReceiveBuffer(maxRowBytes + SLACK_BYTES);
  let unsent: Uint8Array | undefined = starting.begin();
  while (session.starting !== undefined && (isWhole || !starting.proving)) {
    if (unsent !== undefined) transport.write(unsent);
    const step = await receive(transport, session, buffer);
    if (step !== undefined && 'fallback' in step) return undefined;
    unsent = step && (await answer(step));
  }
  return { transport, session, buffer, limit, unsent };
}

/** The start-up parameters with those that a pooler may refuse. The caller's own parameters win. */
function withServerLimits({ parameters, pinned, statementTimeoutMs }: Target): ReadonlyMap<string, string> {
  const choices = new Map(pinned);
  if (statementTimeoutMs !== undefined) choices.set('statement_timeout', String(statementTimeoutMs));
  return new Map([...choices, ...parameters]);
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

/**
 * What SCRAM binds a login to. Postgres knows `tls-server-end-point` alone (manual, section 54.3.1).
 * @throws FairleadError `policy` where binding is required and the connector tells nothing of its TLS.
 */
export async function bindingOf(
  { tls, peer }: Transport,
  { channelBinding }: Target,
): Promise<ChannelBinding | undefined> {
  if (channelBinding === 'disable') return undefined;
  const binding = await channelBindingOf(tls, ['tls-server-end-point']);
  if (binding !== undefined || channelBinding !== 'require') return binding;
  const way = tls === undefined ? 'use connector: overTls() of @fairlead/tls' : 'its certificate has no hash';
  throw failure('policy', `channel_binding=require cannot be honoured on this connection; ${way}.`, { peer });
}

/** What proves who the client is. */
export interface Secrets {
  readonly password: string | undefined;
  readonly binding: ChannelBinding | undefined;
}

/** A start-up on a dialled transport, and what makes the messages for its steps. */
export function startUp(
  transport: Transport,
  target: Target,
  { password, binding }: Secrets,
  more: Partial<StartupInput>,
): {
  starting: StartupSession;
  answer: (step: Exclude<Step, { readonly fallback: true }>) => Promise<Uint8Array | undefined>;
} {
  checkPassword(password);
  // The user's name is in the start-up message, and left out of SCRAM.
  let mechanism: Mechanism | undefined;
  const starting = new StartupSession({
    parameters: target.parameters,
    password,
    // Made where the server asks for it: a pool's front does not.
    scram: (offered) => {
      if (password === undefined) return undefined;
      const channelBinding = binding && boundBy(binding, offered);
      mechanism = scram('SHA-256', { username: '', password }, { channelBinding });
      return mechanism;
    },
    requireBinding: target.channelBinding === 'require',
    allowCleartext: transport.peer.tls || target.allowCleartextPassword,
    requireAuth: target.requireAuth,
    version: target.protocolVersion,
    ...more,
  });
  const answer = async (
    step: Exclude<Step, { readonly fallback: true }>,
  ): Promise<Uint8Array | undefined> => {
    if ('send' in step) return step.send;
    return mechanism && starting.answer(await mechanism.respond(step.challenge));
  };
  return { starting, answer };
}

/** A guess, without an offer, is that a server which takes SCRAM inside TLS can bind it. */
function boundBy(
  binding: ChannelBinding,
  offered: readonly string[] | undefined,
): ChannelBinding | 'not-offered' {
  return offered?.includes(SCRAM_PLUS) === false ? 'not-offered' : binding;
}
