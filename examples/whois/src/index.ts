// The package's exports, and nothing else. The HTTP face is `@fairlead/whois/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { lookup, type WhoisOptions } from './client.ts';
