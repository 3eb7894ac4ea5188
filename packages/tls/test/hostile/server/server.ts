// A TLS 1.3 server for one connection that follows a script: which messages, in which order, changed how, in which records. Where
// it changes a message, what it signs and finishes with fits what it sent, so that the change alone is what the client can refuse.
import { concat } from '@fairlead/bytes';
import { TLS_AES_128_GCM_SHA256, x25519 } from '../../../src/crypto/index.ts';
import type { CipherSuite, Group } from '../../../src/crypto/types.ts';
import { type ClientHello, readClientHello } from './client-hello.ts';
import type { Encoded } from './encoder.ts';
import { finishedOf, KeySchedule, Protected, recordHeader, type Secrets } from './keys.ts';
import * as messages from './messages.ts';
import { type ByteStream, Records, TYPE } from './records.ts';

/** What a server shows and signs with. */
export interface Identity {
  /** DER, its own first. */
  readonly chain: readonly Uint8Array[];
  /** IANA number of the signature scheme. */
  readonly scheme: number;
  /** @returns A signature as TLS has it: ECDSA as DER. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** A message of the handshake, or ChangeCipherSpec. */
export type StepName =
  | 'hello_retry_request'
  | 'server_hello'
  | 'change_cipher_spec'
  | 'encrypted_extensions'
  | 'certificate_request'
  | 'certificate'
  | 'certificate_verify'
  | 'finished';

/** A step of the script: a message of its kind, or bytes of one's own as a handshake message, or as a record of any type. */
export type Step =
  | StepName
  | { readonly message: Uint8Array }
  | { readonly record: number; readonly content: Uint8Array; readonly plain?: boolean };

/** The script. */
export interface Script {
  readonly identity: Identity;
  /** Default: the usual ones. */
  readonly steps?: readonly Step[];
  /** What is sent, and hashed, in place of a message. Default: the message itself. */
  readonly alter?: (step: StepName, message: Encoded) => Uint8Array;
  /** The longest plaintext of a record. Default 16,384. */
  readonly fragment?: number;
  /** Zeros behind each protected record's content. Default none. */
  readonly padding?: number;
  /** Whether all messages behind ServerHello are one run of bytes, cut into records of `fragment` bytes. Default false. */
  readonly coalesce?: boolean;
  readonly alpn?: string;
  readonly suite?: CipherSuite;
  /** Default X25519. */
  readonly group?: Group;
}

/** The usual order. */
export const USUAL: readonly StepName[] = [
  'server_hello',
  'change_cipher_spec',
  'encrypted_extensions',
  'certificate',
  'certificate_verify',
  'finished',
];

/** How the client answered the flight. */
export type Verdict =
  | { readonly kind: 'finished' }
  | { readonly kind: 'alert'; readonly description: number }
  | { readonly kind: 'ended' };

/** One connection of the scripted server. */
export class ScriptedServer {
  readonly records: Records;
  readonly #script: Script;
  readonly #suite: CipherSuite;
  readonly #group: Group;
  readonly #schedule: KeySchedule;
  #hello: ClientHello | undefined;
  #transcript: Uint8Array = new Uint8Array(0);
  #handshake: Secrets | undefined;
  #application: Secrets | undefined;

  constructor(stream: ByteStream, script: Script) {
    this.records = new Records(stream);
    this.#script = script;
    this.#suite = script.suite ?? TLS_AES_128_GCM_SHA256;
    this.#group = script.group ?? x25519;
    this.#schedule = new KeySchedule(this.#suite.hash);
  }

  /** Plays the script. @returns How the client answered. */
  async play(): Promise<Verdict> {
    await this.#readHello();
    if (this.#hello === undefined) return { kind: 'ended' };
    let run: Uint8Array = new Uint8Array(0);
    const out: Uint8Array[] = [];
    const { fragment, padding, coalesce, steps = USUAL } = this.#script;
    for (const step of steps) {
      const bytes = await this.#bytesOf(step);
      const isRun = coalesce === true && this.#handshake !== undefined && isMessage(step);
      if (isRun) run = concat([run, bytes]);
      else out.push(await this.#recordsOf(step, bytes));
      if (step === 'hello_retry_request') {
        await this.records.write(concat(out.splice(0)));
        await this.#readHello();
      }
      await this.#changeKeys(step);
    }
    if (run.length > 0) out.push(await this.records.encode(TYPE.handshake, run, fragment, padding));
    await this.records.write(concat(out));
    return this.verdict();
  }

  /** The client's answer to the flight; its keys are then those of data, as are this side's. */
  async verdict(): Promise<Verdict> {
    if (this.#handshake !== undefined)
      this.records.reading = new Protected(this.#suite, this.#handshake.client);
    let run: Uint8Array = new Uint8Array(0);
    for (;;) {
      const record = await this.records.next();
      if (record === undefined) return { kind: 'ended' };
      if (record.type === TYPE.alert) return { kind: 'alert', description: record.content[1] ?? 0 };
      if (record.type === TYPE.handshake) run = concat([run, record.content]);
      // A certificate and what proves it may come before.
      while (run.length >= 4 && run.length >= messageLength(run)) {
        if (run[0] === 20) {
          await this.#turnToData();
          return { kind: 'finished' };
        }
        run = run.subarray(messageLength(run));
      }
    }
  }

  /** A handshake message behind the handshake. */
  async send(message: Encoded): Promise<void> {
    await this.records.write(await this.records.encode(TYPE.handshake, message.bytes));
  }

  /** Application data. */
  async sendData(content: Uint8Array): Promise<void> {
    await this.records.write(await this.records.encode(TYPE.data, content));
  }

  /** An alert. */
  async sendAlert(level: number, description: number): Promise<void> {
    await this.records.write(await this.records.encode(TYPE.alert, Uint8Array.of(level, description)));
  }

  /** KeyUpdate, and the keys behind it. */
  async updateKeys(isAnswerWanted: boolean): Promise<void> {
    await this.send(messages.keyUpdate(isAnswerWanted));
    this.records.writing = await this.records.writing?.updated();
  }

  async #readHello(): Promise<void> {
    let run: Uint8Array = new Uint8Array(0);
    for (;;) {
      const record = await this.records.next();
      if (record === undefined) return;
      if (record.type !== TYPE.handshake) continue;
      run = concat([run, record.content]);
      if (run.length >= 4 && run.length >= messageLength(run)) break;
    }
    this.#hello = readClientHello(run);
    this.#transcript = concat([this.#transcript, run]);
  }

  /** The step's message as it is sent; hashed already. */
  async #bytesOf(step: Step): Promise<Uint8Array> {
    if (typeof step !== 'string') {
      if ('record' in step) return step.content;
      this.#transcript = concat([this.#transcript, step.message]);
      return step.message;
    }
    if (step === 'change_cipher_spec') return Uint8Array.of(1);
    if (step === 'hello_retry_request') await this.#forgetHello();
    const message = await this.#messageOf(step);
    const bytes = this.#script.alter?.(step, message) ?? message.bytes;
    this.#transcript = concat([this.#transcript, bytes]);
    return bytes;
  }

  /** RFC 8446 section 4.4.1: behind a retry the first ClientHello counts by its hash. */
  async #forgetHello(): Promise<void> {
    const { hash } = this.#suite;
    const digest = await hash.digest(this.#transcript);
    this.#transcript = concat([Uint8Array.of(254, 0, 0, digest.length), digest]);
  }

  async #messageOf(step: Exclude<StepName, 'change_cipher_spec'>): Promise<Encoded> {
    const hello = this.#hello;
    if (hello === undefined) throw new Error('no ClientHello came');
    const { identity, alpn } = this.#script;
    const { hash } = this.#suite;
    switch (step) {
      case 'hello_retry_request':
        return messages.helloRetryRequest(hello, this.#suite.id, this.#group.id, 'a cookie');
      case 'server_hello':
        return this.#serverHello(hello);
      case 'encrypted_extensions':
        return messages.encryptedExtensions(alpn);
      case 'certificate_request':
        return messages.certificateRequest();
      case 'certificate':
        return messages.certificate(identity.chain);
      case 'certificate_verify': {
        const signature = await identity.sign(await messages.signedContent(hash, this.#transcript));
        return messages.certificateVerify(identity.scheme, signature);
      }
      case 'finished': {
        const secret = this.#handshake?.server ?? new Uint8Array(hash.bytes);
        return messages.finished(await finishedOf(hash, secret, this.#transcript));
      }
    }
  }

  #shared: Promise<Uint8Array> = Promise.resolve(new Uint8Array(32));

  async #serverHello(hello: ClientHello): Promise<Encoded> {
    const { share, agree } = await this.#group.generate();
    const theirs = hello.shares.get(this.#group.id);
    if (theirs !== undefined) this.#shared = agree(theirs);
    return messages.serverHello(hello, this.#suite.id, this.#group.id, share);
  }

  /** ChangeCipherSpec is never protected. */
  #recordsOf(step: Step, bytes: Uint8Array): Promise<Uint8Array> | Uint8Array {
    const { fragment, padding } = this.#script;
    if (step === 'change_cipher_spec' || isPlain(step)) {
      return concat([recordHeader(typeOf(step), bytes.length), bytes]);
    }
    return this.records.encode(typeOf(step), bytes, fragment, padding);
  }

  async #changeKeys(step: Step): Promise<void> {
    if (step === 'server_hello') {
      this.#handshake = await this.#schedule.handshake(await this.#shared, this.#transcript);
      this.records.writing = new Protected(this.#suite, this.#handshake.server);
    }
    if (step === 'finished') this.#application = await this.#schedule.application(this.#transcript);
  }

  async #turnToData(): Promise<void> {
    this.#application ??= await this.#schedule.application(this.#transcript);
    this.records.reading = new Protected(this.#suite, this.#application.client);
    this.records.writing = new Protected(this.#suite, this.#application.server);
  }
}

function messageLength(run: Uint8Array): number {
  return 4 + ((run[1] ?? 0) << 16) + ((run[2] ?? 0) << 8) + (run[3] ?? 0);
}

function isPlain(step: Step): boolean {
  return typeof step === 'object' && 'record' in step && step.plain === true;
}

function isMessage(step: Step): boolean {
  return typeof step === 'string' ? step !== 'change_cipher_spec' : 'message' in step;
}

function typeOf(step: Step): number {
  if (step === 'change_cipher_spec') return TYPE.changeCipherSpec;
  return typeof step === 'object' && 'record' in step ? step.record : TYPE.handshake;
}
