// The package's exports, and nothing else.
export {
  type BindingType,
  type ChannelBinding,
  channelBindingOf,
  type TlsForBinding,
} from './channel-binding.ts';
export { type ChoiceOptions, chooseMechanism } from './choose-mechanism.ts';
export { checkExternal, chooseExternal, isExternal } from './external-login.ts';
export { md5 } from './md5.ts';
export type { Credentials, Mechanism } from './mechanism.ts';
export { cramMd5 } from './mechanisms/cram-md5.ts';
export { oauthBearer, xoauth2 } from './mechanisms/oauth.ts';
export { external, login, plain } from './mechanisms/password.ts';
export { type ScramOptions, scram } from './mechanisms/scram.ts';
export type { ScramHash } from './mechanisms/scram-keys.ts';
