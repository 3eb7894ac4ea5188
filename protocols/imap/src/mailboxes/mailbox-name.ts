// Mailbox names as arguments, as the session has it at the moment.
import { usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { Argument } from '../wire/arguments.ts';
import { mailboxArgument } from '../wire/values.ts';

/** @throws FairleadError `usage` for what cannot be a name. */
export async function mailboxName(connection: Connection, name: string): Promise<Argument> {
  if (typeof name !== 'string') throw usage('A mailbox name is a text');
  // Whether names are UTF-8 is known when the server has answered ENABLE.
  if (!/^[ -%'-~]*$/.test(name)) await connection.sendAhead();
  const { abilities, rawNames } = connection.session;
  return mailboxArgument(rawNames.has(name) ? { rawName: name } : name, abilities);
}
