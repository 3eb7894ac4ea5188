// QUOTA (RFC 9208): reading only.
import { usage } from '@fairlead/errors';
import { linkOf } from '../connection/link.ts';
import type { CallOptions } from '../options/connect-options.ts';
import { readQuota } from '../responses/mailboxes.ts';
import type { QuotaResponse } from '../responses/types/mailbox.ts';
import type { ImapClient } from '../types/client.ts';
import { mailboxName } from './mailbox-name.ts';

/** A quota root. `STORAGE` counts in units of 1,024 bytes, `MESSAGE` in messages. */
export type Quota = Omit<QuotaResponse, 'type'>;

/**
 * The quota roots that count for a mailbox, with what is used of them.
 * @throws FairleadError `usage` where the server lacks QUOTA, and as every call.
 * @example
 * ```ts
 * import { connect, quota } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const [root] = await quota(imap, 'INBOX');
 * const storage = root?.resources.find(({ name }) => name === 'STORAGE');
 * ```
 */
export async function quota(
  client: ImapClient,
  mailbox: string,
  options: CallOptions = {},
): Promise<readonly Quota[]> {
  return await linkOf(client).call('quota', options, async (connection) => {
    const { session } = connection;
    if (!session.has('QUOTA')) throw usage('The server does not offer QUOTA');
    const found: Quota[] = [];
    await connection.ask({
      name: 'GETQUOTAROOT',
      args: [await mailboxName(connection, mailbox)],
      readers: { QUOTA: readQuota },
      onData(response) {
        if (response.type === 'quota') found.push({ root: response.root, resources: response.resources });
      },
    });
    return found;
  });
}
