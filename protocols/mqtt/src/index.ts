// The client's exports, and nothing else. The HTTP face is `@fairlead/mqtt/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export type * from './api.ts';
export { connect } from './client.ts';
export { memoryStore, type SessionStore, type StoreChanges } from './store.ts';
export { assertFilter, assertTopic, matchesTopic } from './topic.ts';
