// The client's exports. SFTP is in `@fairlead/ssh/sftp`, the HTTP routes are in `@fairlead/ssh/route`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export type { Cipher } from './ciphers/types.ts';
export { connect } from './client.ts';
export type { Challenge, KeyboardInteractive, Prompt } from './connection/log-in.ts';
export type { NegotiatedAlgorithms } from './connection/packet-link.ts';
export type { HostKeyFacts, HostKeyOptions } from './host-keys/policy.ts';
export type { KeyExchangeAttempt, KeyExchangeMethod } from './key-exchange/types.ts';
export { withCertificate } from './keys/identity.ts';
export { readPrivateKey, readPrivateKeys } from './keys/private/read-private-key.ts';
export type { Identity } from './keys/types.ts';
export type {
  CallOptions,
  ExecOptions,
  ForwardOptions,
  ListenOptions,
  PtyOptions,
  ShellOptions,
  StdinSource,
  SubsystemOptions,
  TerminalModes,
} from './options/call-options.ts';
export type { LoginOptions, PrivateKey, SshOptions } from './options/connect-options.ts';
export type {
  Process,
  ProcessExit,
  ProcessOutput,
  RemoteListener,
  ServerInfo,
  Shell,
  SshClient,
} from './types.ts';
