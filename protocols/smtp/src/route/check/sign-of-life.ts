// The sign of life of a named connection: a login, and NOOP.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';
import { connect } from '../../client.ts';
import type { SmtpOptions } from '../../options/connect-options.ts';

/** @throws FairleadError Where the server cannot be used. */
export async function check({ url, options, limit, dial }: ConnectionCheck): Promise<void> {
  const { from: _from, dkim: _dkim, ...own } = options;
  const login: SmtpOptions = own;
  const { signal } = limit;
  const dialled = await dial({ ...login, signal, timeoutMs: remainingMs(limit) });
  await using client = await connect(url, dialled);
  await client.noop();
}
