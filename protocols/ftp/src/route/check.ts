// The sign of life of a named connection: a login, and NOOP. It opens no data connection.
import type { ConnectionCheck } from '@fairlead/http';
import { connect } from '../client/connect.ts';
import { settingsSchema } from './target/settings.ts';

/** @throws FairleadError Where the server cannot be used. */
export async function check({ url, options, limit, connector }: ConnectionCheck): Promise<void> {
  const { root: _root, ...settings } = settingsSchema.parse(options);
  const { signal } = limit;
  await using ftp = await connect(url, { ...settings, connector, signal });
  await ftp.noop({ timeoutMs: limit.timeoutMs });
}
