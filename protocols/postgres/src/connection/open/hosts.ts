// Chooses one of several hosts: tries them one after another, as libpq does (manual, section 34.1.1.3). It dials nothing
// itself, and ends the search where a host has refused the credentials, or has a certificate that is not acceptable.
import { errorWith, FairleadError } from '@fairlead/errors';
import { type Address, formatAddress } from '@fairlead/transport';
import { failure } from '../../errors.ts';
import type { SessionAttrs } from '../../options/connect-options.ts';
import type { Target } from '../../options/target.ts';

/** How to learn whether a session is of the wanted kind. */
export interface Probe<Session> {
  /** What the server has reported of its settings. */
  status(session: Session): ReadonlyMap<string, string>;
  /** The only value of a statement without parameters, within a time of its own. */
  ask(session: Session, statement: string): Promise<unknown>;
  /** Ends a session that is not of the wanted kind. Never rejects. */
  close(session: Session): Promise<void>;
}

/**
 * After these, and SQLSTATE 57P03 (the server is starting, or no hot standby), the next host may do better. libpq
 * stops when a connection is lost, yet that is all that a proxy has to say of a dead server behind it.
 */
const GOES_ON: readonly string[] = ['connect_failed', 'connect_timeout', 'connection_lost', 'timeout'];
const CANNOT_CONNECT_NOW = '57P03';

/** Characters of each host's failure in the message for all of them. */
const MAX_WORDS = 200;

type Failure = readonly [Address, FairleadError];

/**
 * Whether a session is of the kind that was asked for, by what its server reports; servers older than 14 have to be
 * asked. `prefer-standby` is judged as `standby`.
 */
export function acceptsSession(
  attrs: SessionAttrs,
  status: ReadonlyMap<string, string>,
): 'yes' | 'no' | 'ask' {
  if (attrs === 'any') return 'yes';
  const values = [status.get('in_hot_standby')];
  if (byTransaction(attrs)) values.push(status.get('default_transaction_read_only'));
  if (values.includes(undefined)) return 'ask';
  return values.includes('on') === wantsReadOnly(attrs) ? 'yes' : 'no';
}

/** What to ask a session that `acceptsSession` cannot judge. */
export function sessionQuestion(attrs: SessionAttrs): string {
  return byTransaction(attrs) ? 'SHOW transaction_read_only' : 'SELECT pg_catalog.pg_is_in_recovery()';
}

/** Whether the answer to `sessionQuestion`, as text or decoded, is the wanted one. */
export function acceptsAnswer(attrs: SessionAttrs, answer: unknown): boolean {
  return /^(on|t|true)$/.test(String(answer)) === wantsReadOnly(attrs);
}

const byTransaction = (attrs: SessionAttrs): boolean => attrs.startsWith('read');
const wantsReadOnly = (attrs: SessionAttrs): boolean => /only|standby/.test(attrs);

/**
 * The first session of the wanted kind. For `prefer-standby`, hosts that answered are asked a second time, for any session.
 * @param attempt Connects and authenticates, within the target's time.
 * @param random For `loadBalance`: a number from 0 to 1, without 1.
 * @throws FairleadError What the only host, or the one that ended the search, failed with; when none of several will
 *   do, the last one's code and words of each.
 */
export async function connectFirst<Session>(
  target: Pick<Target, 'addresses' | 'sessionAttrs' | 'loadBalance'>,
  attempt: (address: Address) => Promise<Session>,
  probe: Probe<Session>,
  random: () => number = Math.random,
): Promise<Session> {
  const { sessionAttrs, loadBalance } = target;
  const failures: Failure[] = [];
  let candidates = loadBalance ? shuffled(target.addresses, random) : target.addresses;
  for (const attrs of sessionAttrs === 'prefer-standby' ? (['standby', 'any'] as const) : [sessionAttrs]) {
    const answered: Address[] = [];
    for (const address of candidates) {
      try {
        const session = await attempt(address);
        if (await fits(session, attrs, probe)) return session;
        answered.push(address);
        failures.push([address, unfit(address, attrs)]);
      } catch (error) {
        if (!goesOn(error)) throw error;
        failures.push([address, error]);
      }
    }
    candidates = answered;
  }
  throw summary(failures);
}

function shuffled(addresses: readonly Address[], random: () => number): Address[] {
  const left = [...addresses];
  return addresses.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}

async function fits<Session>(session: Session, attrs: SessionAttrs, probe: Probe<Session>): Promise<boolean> {
  let fit = false;
  try {
    const verdict = acceptsSession(attrs, probe.status(session));
    fit =
      verdict === 'ask'
        ? acceptsAnswer(attrs, await probe.ask(session, sessionQuestion(attrs)))
        : verdict === 'yes';
  } finally {
    if (!fit) await probe.close(session);
  }
  return fit;
}

function goesOn(error: unknown): error is FairleadError {
  return (
    error instanceof FairleadError &&
    (GOES_ON.includes(error.code) || error.server?.code === CANNOT_CONNECT_NOW)
  );
}

function unfit(address: Address, attrs: SessionAttrs): FairleadError {
  const peer = { ...address, tls: false };
  return failure('connect_failed', `The session is not ${attrs}.`, { blame: 'peer', peer });
}

/** The only failure as it is; of several, the last one's code, and the words of each. */
function summary(failures: readonly Failure[]): FairleadError {
  const last = failures.at(-1)?.[1] ?? new FairleadError('usage', 'No host was given.');
  if (failures.length < 2) return last;
  const words = failures.map(
    ([address, { message }]) => `${formatAddress(address)}: ${message.slice(0, MAX_WORDS)}`,
  );
  return errorWith(last, {
    message: `None of the hosts will do. ${words.join(' | ')}`,
    safeToRetry: true, // Establishing a session changes nothing.
    cause: new AggregateError(failures.map(([, error]) => error)),
  });
}
