// The client's exports, and nothing else. The HTTP face is `@fairlead/mqtt/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { connect } from './client.ts';
export { publishJson, subscribeJson } from './json/json-messages.ts';
export { memoryStore, type SessionStore, type StoreChanges } from './store/store.ts';
export type * from './types/client.ts';
export { assertFilter, assertTopic, matchesTopic } from './wire/topic.ts';
