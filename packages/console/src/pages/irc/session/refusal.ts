// Why a session was refused. Browsers keep the answer to a refused handshake for themselves; the gateway's own list of failures has its
// code, for tokens that may read it.
import { adminErrors, FairleadProblem, type FairleadProblemCode } from '@fairlead/sdk';
import type { Caller } from '../../../session/calls/caller.ts';

const PATH = '/irc/session';
const TIMEOUT_MS = 10_000;

/** @param since Milliseconds since the epoch: earlier failures are not it. */
export async function refusalOf(caller: Caller, since: number): Promise<FairleadProblem> {
  const failure = await lastFailure(caller, since).catch(() => undefined);
  return new FairleadProblem({
    code: (failure?.code ?? 'network') as FairleadProblemCode,
    detail: 'The gateway could not open a session with the IRC server.',
    ...(failure === undefined ? {} : { requestId: failure.requestId }),
  });
}

async function lastFailure(caller: Caller, since: number) {
  const named = caller.connection === undefined ? {} : { connection: caller.connection };
  const options = { query: named, timeoutMs: TIMEOUT_MS };
  const { errors } = await caller.run('adminErrors', adminErrors, options);
  return errors.find(({ path, time }) => path === PATH && Date.parse(time) >= since);
}
