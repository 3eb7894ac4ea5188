// The client's exports, and nothing else. The HTTP face is `@fairlead/mqtt/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export type * from './api.ts';
export { memoryStore, type SessionStore, type StoreChanges } from './store.ts';
