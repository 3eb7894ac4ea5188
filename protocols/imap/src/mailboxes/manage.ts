// Making, renaming, deleting mailboxes, and subscribing to them. Each is one command.
import { linkOf } from '../connection/link.ts';
import type { CallOptions } from '../options/connect-options.ts';
import type { ImapClient } from '../types/client.ts';
import type { SpecialUse } from '../types/mailboxes.ts';
import type { Argument } from '../wire/arguments.ts';
import { mailboxName } from './mailbox-name.ts';

/**
 * Makes a mailbox.
 * @param options `specialUse`: needs CREATE-SPECIAL-USE (RFC 6154).
 * @throws FairleadError `server` with the code ALREADYEXISTS, CANNOT, and as every call.
 * @example
 * ```ts
 * import { connect, createMailbox } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * await createMailbox(imap, 'Receipts/2026');
 * ```
 */
export async function createMailbox(
  client: ImapClient,
  name: string,
  options: CallOptions & { readonly specialUse?: SpecialUse | undefined } = {},
): Promise<void> {
  const { specialUse } = options;
  const extra: readonly Argument[] = specialUse === undefined ? [] : [['USE', [`\\${specialUse}`]]];
  await change(client, 'CREATE', options, [name], extra);
}

/** Renames a mailbox, with those below it. @throws FairleadError `server` (ALREADYEXISTS, NONEXISTENT), and as every call. */
export async function renameMailbox(
  client: ImapClient,
  from: string,
  to: string,
  options: CallOptions = {},
): Promise<void> {
  await change(client, 'RENAME', options, [from, to]);
}

/** Deletes a mailbox with all its messages. @throws FairleadError `server` (NONEXISTENT, CANNOT), and as every call. */
export async function deleteMailbox(
  client: ImapClient,
  name: string,
  options: CallOptions = {},
): Promise<void> {
  await change(client, 'DELETE', options, [name]);
}

/** Subscribes to a mailbox. */
export async function subscribe(client: ImapClient, name: string, options: CallOptions = {}): Promise<void> {
  await change(client, 'SUBSCRIBE', options, [name]);
}

/** Ends a subscription. */
export async function unsubscribe(
  client: ImapClient,
  name: string,
  options: CallOptions = {},
): Promise<void> {
  await change(client, 'UNSUBSCRIBE', options, [name]);
}

async function change(
  client: ImapClient,
  command: string,
  options: CallOptions,
  names: readonly string[],
  extra: readonly Argument[] = [],
): Promise<void> {
  await linkOf(client).call(command, options, async (connection) => {
    const args: Argument[] = [];
    for (const name of names) args.push(await mailboxName(connection, name));
    await connection.ask({ name: command, args: [...args, ...extra], effect: 'atomic' });
  });
}
