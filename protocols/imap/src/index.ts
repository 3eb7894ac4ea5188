// The client's exports. MIME parsing is in `@fairlead/imap/mime`, the HTTP routes are in `@fairlead/imap/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { connect } from './client.ts';
export { download } from './download/download.ts';
export { isStaleUids } from './errors.ts';
export { type AclEntry, acl, myRights } from './mailboxes/acl.ts';
export { list, status } from './mailboxes/list.ts';
export {
  createMailbox,
  deleteMailbox,
  renameMailbox,
  subscribe,
  unsubscribe,
} from './mailboxes/manage.ts';
export { type Namespaces, namespaces } from './mailboxes/namespaces.ts';
export { type Quota, quota } from './mailboxes/quota.ts';
export { append } from './messages/append.ts';
export { copy, expunge, move } from './messages/copy.ts';
export { store } from './messages/store.ts';
export { NumberSet } from './names/number-set.ts';
export type { CallOptions, ImapOptions, TlsMode } from './options/connect-options.ts';
export type { BodyPart, Parameters } from './responses/types/body-part.ts';
export type { Address, Envelope } from './responses/types/envelope.ts';
export type { Namespace, ThreadNode } from './responses/types/mailbox.ts';
export { search } from './search/search.ts';
export { type SortKey, sort, type ThreadAlgorithm, thread } from './search/sort.ts';
export { idle } from './sync/idle.ts';
export { sync } from './sync/sync.ts';
export type * from './types/calls.ts';
export type { ImapClient, ServerInfo } from './types/client.ts';
export type * from './types/mailboxes.ts';
export type * from './types/messages.ts';
export type * from './types/results.ts';
export type { SearchCriteria } from './wire/requests/search-criteria.ts';
