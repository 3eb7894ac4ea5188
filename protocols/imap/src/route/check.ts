// The sign of life of a named connection: a login, and NOOP. It selects no mailbox.
import type { ConnectionCheck } from '@fairlead/http';
import { connect } from '../client.ts';
import { settingsSchema } from './target/settings.ts';

/** @throws FairleadError Where the server cannot be used. */
export async function check({ url, options, limit, dial }: ConnectionCheck): Promise<void> {
  const { mailboxes: _mailboxes, ...settings } = settingsSchema.parse(options);
  await using imap = await connect(url, await dial({ ...settings, signal: limit.signal }));
  await imap.noop({ timeoutMs: limit.timeoutMs });
}
