// ACL (RFC 4314): reading only.
import { usage } from '@fairlead/errors';
import { linkOf } from '../connection/link.ts';
import type { CallOptions } from '../options/connect-options.ts';
import { readAcl, readMyRights } from '../responses/mailboxes.ts';
import type { Response } from '../responses/types/response.ts';
import type { ImapClient } from '../types/client.ts';
import { mailboxName } from './mailbox-name.ts';

/** Who may do what: an identifier and its rights, one letter each (RFC 4314 section 2.1). */
export interface AclEntry {
  readonly identifier: string;
  readonly rights: string;
}

/**
 * Everyone's rights on a mailbox. @throws FairleadError `usage` where the server lacks ACL, and as every call.
 * @example
 * ```ts
 * import { acl, connect } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * const entries = await acl(imap, 'Shared/Sales');
 * ```
 */
export async function acl(
  client: ImapClient,
  mailbox: string,
  options: CallOptions = {},
): Promise<readonly AclEntry[]> {
  const found: AclEntry[] = [];
  await read(client, 'GETACL', mailbox, options, (response) => {
    if (response.type === 'acl') found.push(...response.entries);
  });
  return found;
}

/** One's own rights on a mailbox, one letter each. @throws FairleadError `usage` where the server lacks ACL, and as every call. */
export async function myRights(
  client: ImapClient,
  mailbox: string,
  options: CallOptions = {},
): Promise<string> {
  let rights = '';
  await read(client, 'MYRIGHTS', mailbox, options, (response) => {
    if (response.type === 'myrights') rights = response.rights;
  });
  return rights;
}

const READERS = { ACL: readAcl, MYRIGHTS: readMyRights };

async function read(
  client: ImapClient,
  name: string,
  mailbox: string,
  options: CallOptions,
  onData: (response: Response) => void,
): Promise<void> {
  await linkOf(client).call(name, options, async (connection) => {
    const { session } = connection;
    if (!session.has('ACL')) throw usage('The server does not offer ACL');
    await connection.ask({ name, args: [await mailboxName(connection, mailbox)], readers: READERS, onData });
  });
}
