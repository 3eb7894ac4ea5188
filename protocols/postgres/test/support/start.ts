// A start-up without a server, and what a server would say to it.
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { ReceiveBuffer } from '@fairlead/bytes';
import { type Mechanism, scram } from '@fairlead/sasl';
import { expect } from 'vitest';
import type { StartupInput } from '../../src/session/startup/input.ts';
import { StartupSession, type Step } from '../../src/session/startup/startup.ts';
import { decodeFrontend, FrameReader, type PasswordKind } from '../../src/wire/index.ts';
import { bytes, int32, message } from './backend.ts';

/** Of the start-up message. */
export const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['user', 'app'],
  ['database', 'shop'],
]);

/** A session with a password, on TLS, that takes what is fed to it. */
export class Start {
  readonly session: StartupSession;
  readonly buffer: ReceiveBuffer = new ReceiveBuffer(1 << 20);
  readonly mechanism: Mechanism = scram('SHA-256', { username: '', password: 'secret' }, 'client');

  constructor(input: Partial<StartupInput> = {}) {
    this.session = new StartupSession({
      parameters: PARAMETERS,
      password: 'secret',
      scram: () => this.mechanism,
      allowCleartext: true,
      ...input,
    });
  }

  feed(...parts: Uint8Array[]): Step | undefined {
    this.buffer.push(bytes(...parts));
    const step = this.session.take(this.buffer);
    this.buffer.keep();
    return step;
  }
}

/** The only message that a step sends. */
export function sent(step: Step | undefined, kind: PasswordKind = 'password'): unknown {
  if (step === undefined || !('send' in step)) throw new Error('nothing was sent');
  const reader = new FrameReader();
  reader.push(step.send);
  const frame = reader.next();
  if (frame === undefined) throw new Error('no whole message was sent');
  return decodeFrontend(frame.type, frame.bytes, frame.start, frame.end, kind);
}

/** A FairleadError with this in its message. */
export const failure = (code: string, text: string, safeToRetry = true): unknown =>
  expect.objectContaining({
    name: 'FairleadError',
    code,
    safeToRetry,
    message: expect.stringContaining(text),
  });
/** A server that broke the protocol. */
export const broken = (text: string): unknown => failure('protocol', text, false);

/** An offer of SCRAM. */
export const sasl: Uint8Array = message('R', int32(10), 'SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0');
/** SCRAM's challenge. */
export const challenge: Uint8Array = message('R', int32(11), `r=clientserver,s=${btoa('salt')},i=4096`);
const hmac = (key: Uint8Array, text: string): Uint8Array => createHmac('sha256', key).update(text).digest();

/** What a server that knows the password says last. */
export function signature(): Uint8Array {
  const salted = pbkdf2Sync('secret', 'salt', 4096, 32, 'sha256');
  const signed = `n=,r=client,r=clientserver,s=${btoa('salt')},i=4096,c=biws,r=clientserver`;
  return message(
    'R',
    int32(12),
    `v=${btoa(String.fromCharCode(...hmac(hmac(salted, 'Server Key'), signed)))}`,
  );
}
