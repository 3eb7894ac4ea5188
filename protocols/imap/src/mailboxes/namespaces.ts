// NAMESPACE (RFC 2342).
import { usage } from '@fairlead/errors';
import { linkOf } from '../connection/link.ts';
import type { CallOptions } from '../options/connect-options.ts';
import { readNamespace } from '../responses/mailboxes.ts';
import type { NamespaceResponse } from '../responses/types/mailbox.ts';
import type { ImapClient } from '../types/client.ts';

/** The server's namespaces: the prefixes of one's own mailboxes (`INBOX.` on some servers), of other users', and of shared ones. */
export type Namespaces = Omit<NamespaceResponse, 'type'>;

/**
 * Asks for the namespaces.
 * @throws FairleadError `usage` where the server lacks NAMESPACE, and as every call.
 * @example
 * ```ts
 * import { connect, createMailbox, namespaces } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const { personal } = await namespaces(imap);
 * await createMailbox(imap, `${personal[0]?.prefix ?? ''}Receipts`);
 * ```
 */
export async function namespaces(client: ImapClient, options: CallOptions = {}): Promise<Namespaces> {
  return await linkOf(client).call('namespace', options, async (connection) => {
    if (!connection.session.has('NAMESPACE', 'IMAP4REV2')) throw usage('The server does not offer NAMESPACE');
    let found: Namespaces = { personal: [], otherUsers: [], shared: [] };
    await connection.ask({
      name: 'NAMESPACE',
      readers: { NAMESPACE: readNamespace },
      onData(response) {
        if (response.type === 'namespace') {
          const { personal, otherUsers, shared } = response;
          found = { personal, otherUsers, shared };
        }
      },
    });
    return found;
  });
}
