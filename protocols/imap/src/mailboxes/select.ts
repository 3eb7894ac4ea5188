// SELECT and EXAMINE (RFC 9051 sections 6.3.2 and 6.3.3), and the check of the UIDs that later calls are given.
import { usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { staleUids } from '../errors.ts';
import type { Response } from '../responses/types/response.ts';
import { MailboxState } from '../session/mailbox-state.ts';
import type { Session } from '../session/session.ts';
import type { SelectedMailbox } from '../types/mailboxes.ts';
import type { Argument } from '../wire/arguments.ts';
import { mailboxName } from './mailbox-name.ts';

/** What a selection can take besides the name. */
export interface Selection {
  readonly isReadOnly?: boolean | undefined;
  readonly uidValidity?: number | undefined;
  /** Further parameters, in parentheses. */
  readonly parameters?: readonly Argument[] | undefined;
  readonly onData?: ((response: Response) => void) | undefined;
}

/** Selects a mailbox. A refusal leaves none selected. */
export async function select(
  connection: Connection,
  name: string,
  { isReadOnly = false, uidValidity, parameters, onData }: Selection,
): Promise<SelectedMailbox> {
  const { session } = connection;
  const target = await mailboxName(connection, name);
  const hasModSeq = session.has('CONDSTORE', 'QRESYNC') && !session.has('ENABLE');
  const extra = parameters ?? (hasModSeq ? ['CONDSTORE'] : []);
  const mailbox = new MailboxState(name, isReadOnly);
  const exchange = await connection.send({
    name: isReadOnly ? 'EXAMINE' : 'SELECT',
    args: extra.length > 0 ? [target, extra] : [target],
    onData(response) {
      // What comes before it may still be about the mailbox before.
      if (response.type === 'condition' && response.code?.name === 'CLOSED') {
        session.mailbox = new MailboxState(name, isReadOnly);
      }
      onData?.(response);
    },
  });
  session.move('SELECT');
  session.mailbox = mailbox;
  try {
    await connection.finish(exchange);
  } catch (error) {
    if (exchange.reply !== undefined) session.move('refused');
    session.mailbox = undefined;
    throw error;
  }
  session.move('ok');
  checkUids(session, uidValidity);
  return (session.mailbox ?? mailbox).current;
}

/** @returns The selected mailbox. @throws FairleadError `usage` where there is none; `server` where its UIDs are others. */
export function checkUids(session: Session, uidValidity: number | undefined): MailboxState {
  const { mailbox } = session;
  if (mailbox === undefined) throw usage('No mailbox is selected: call select first');
  if (uidValidity !== undefined && uidValidity !== mailbox.figures.uidValidity) {
    throw staleUids(uidValidity, mailbox.figures.uidValidity);
  }
  return mailbox;
}
