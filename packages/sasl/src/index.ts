// The package's exports, and nothing else.
export { type ChoiceOptions, chooseMechanism } from './choose.ts';
export { md5 } from './md5.ts';
export type { Credentials, Mechanism } from './mechanism.ts';
export { oauthBearer, xoauth2 } from './oauth.ts';
export { cramMd5, external, login, plain } from './password.ts';
export { scram } from './scram.ts';
export type { ScramHash } from './scram-keys.ts';
