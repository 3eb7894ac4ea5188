// What the parts of the page share: which collection is looked at, as whom.
import type { Signal } from '@preact/signals';
import { draft, type Tab } from '../../app/tabs/tab.ts';
import { type Access, type ConnectionAccess, may } from '../../session/access.ts';
import type { Caller } from '../../session/calls/caller.ts';
import type { Place } from './calls.ts';

/** The page's state. */
export interface Desk {
  readonly tab: Tab;
  readonly caller: Caller;
  readonly access: Access;
  readonly connection: ConnectionAccess;
  /** Empty where none is chosen. */
  readonly database: Signal<string>;
  readonly collection: Signal<string>;
  readonly mayWrite: boolean;
  /** Whether commands may be run: lists, indexes, plans. */
  readonly isAdmin: boolean;
}

/** Makes it. */
export function deskOf(tab: Tab, caller: Caller, access: Access, connection: ConnectionAccess): Desk {
  const isAdmin = may(connection, 'mongodb', 'admin');
  return {
    tab,
    caller,
    access,
    connection,
    database: draft(tab, 'database', ''),
    collection: draft(tab, 'collection', ''),
    mayWrite: isAdmin || may(connection, 'mongodb', 'write'),
    isAdmin,
  };
}

/** The collection that is looked at. */
export function placeOf({ connection, database, collection }: Desk): Place {
  return { dataSource: connection.name, database: database.value, collection: collection.value };
}
