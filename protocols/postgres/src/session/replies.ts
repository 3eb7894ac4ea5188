// What each reply of the server says to the statement that it belongs to. Where a reply leads is in states.ts.
import { equalsRange } from '@fairlead/bytes';
import { asFailure, copyElsewhere } from '../errors.ts';
import type { PendingStatement, StatementOwner } from '../statements/pending-statement.ts';
import { hasDefined } from '../statements/statement-kind.ts';
import type { Notification } from '../types.ts';
import { decodeFields, decodeParameterTypes, decodeTag } from '../wire/decode/index.ts';
import type { ErrorFields } from '../wire/messages.ts';
import {
  COMMAND_COMPLETE,
  COPY_DATA,
  COPY_IN_RESPONSE,
  COPY_OUT_RESPONSE,
  EMPTY_QUERY_RESPONSE,
  NO_DATA,
  PARAMETER_DESCRIPTION,
  PARSE_COMPLETE,
  ROW_DESCRIPTION,
} from '../wire/reply-types.ts';
import type { StatementState } from './states.ts';

/** What a session tells its connection. */
export interface SessionOwner extends StatementOwner {
  /** ReadyForQuery of this statement has come. */
  ended(statement: PendingStatement): void;
  /** All replies to a statement that was sent without a Sync have come, or it has failed: its Sync is to be written. */
  needsSync(statement: PendingStatement): void;
  notice(fields: ErrorFields): void;
  notification(notification: Notification): void;
  /** The server waits for COPY data, and the statement's sink has none. */
  refuseCopy(statement: PendingStatement): void;
  /** A statement has changed what prepared statements may mean. */
  redefined(): void;
}

/**
 * Takes what a reply says, apart from where it leads.
 * @param state The state of the statement before the reply.
 */
export function takeReply(
  type: number,
  state: StatementState,
  statement: PendingStatement,
  owner: SessionOwner,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  const { prepared } = statement;
  switch (type) {
    case PARSE_COMPLETE:
      if (statement.way === 'parse' && prepared) prepared.confirmed = true;
      break;
    case PARAMETER_DESCRIPTION:
      if (prepared) prepared.types = decodeParameterTypes(bytes, start, end);
      break;
    case NO_DATA:
      if (state === 'describing' && prepared) prepared.fields = undefined;
      break;
    case ROW_DESCRIPTION:
      if (state !== 'describing-statement') describe(statement, bytes, start, end);
      break;
    case COMMAND_COMPLETE:
      if (state !== 'preparing-session') complete(statement, owner, decodeTag(bytes, start, end));
      break;
    case EMPTY_QUERY_RESPONSE:
      if (state !== 'preparing-session') complete(statement, owner, '');
      break;
    case COPY_IN_RESPONSE:
      if (statement.sink.copyIn) statement.sink.copyIn();
      else owner.refuseCopy(statement);
      break;
    case COPY_OUT_RESPONSE:
      if (!statement.sink.copyData) statement.stop(copyElsewhere());
      break;
    case COPY_DATA:
      if (statement.wanted) statement.sink.copyData?.(bytes, start, end);
      break;
    default:
  }
}

function describe(statement: PendingStatement, bytes: Uint8Array, start: number, end: number): void {
  const { prepared } = statement;
  if (prepared?.fields && equalsRange(prepared.description, bytes, start, end)) {
    statement.describe(prepared.fields);
    return;
  }
  const fields = decodeFields(bytes, start, end);
  statement.describe(fields);
  if (prepared === undefined) return;
  prepared.fields = fields;
  prepared.description = bytes.slice(start, end);
}

function complete(statement: PendingStatement, owner: SessionOwner, tag: string): void {
  const thrown = statement.complete(tag);
  if (thrown !== undefined) statement.stop(asFailure(thrown));
  if (hasDefined(tag)) owner.redefined();
}
