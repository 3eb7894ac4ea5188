// `@fairlead/worker/check`: reads a configuration and says what is wrong with it. It holds no code.
export { type CheckOptions, checkSettings, type Finding, type TlsChain } from './check-settings.ts';
export { type JsonSchema, settingsJsonSchema } from './schema/json-schema.ts';
