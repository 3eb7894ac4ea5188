// One mail by one call: what the server sees, what the caller gets, and what an error, an abort and a limit leave behind.
import { FairleadError } from '@fairlead/errors';
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { type Mail, send } from '../src/mime/index.ts';
import { logIn, TARGET } from './support/talk.ts';

const MAIL: Mail = { from: 'a@x.test', to: 'b@y.test', subject: 'x', text: 'hello', messageId: '<1@x.test>' };
const ALL_COMMANDS = 'DATA\r\n';
const TAKEN = '250 Ok\r\n250 Ok\r\n354 Go\r\n';

const caught = (promise: Promise<unknown>): Promise<FairleadError> =>
  promise.then(
    () => {
      throw new Error('it was sent');
    },
    (reason: FairleadError) => reason,
  );

/** Takes the content and says goodbye. */
function delivered(peer: ReturnType<typeof scriptedPeer>, reply = '250 2.0.0 Ok: queued as 1') {
  return peer
    .expectUntil('\r\n.\r\n', /hello/)
    .sendLines(reply)
    .expectLine('QUIT')
    .sendLines('221 Bye')
    .close();
}

describe('send', () => {
  it.each([
    ['a URL and options', (options: object) => send(MAIL, TARGET, options)],
    ['a URL object', (options: object) => send(MAIL, new URL(TARGET), options)],
    [
      'options alone',
      (options: object) =>
        send(MAIL, { hostname: 'mx.test', username: 'app', password: 'secret', ...options }),
    ],
    [
      'options that win over others',
      (options: object) =>
        send(
          MAIL,
          { hostname: 'other.test', username: 'app', password: 'secret' },
          { hostname: 'mx.test', ...options },
        ),
    ],
  ])('connects, sends and quits: %s', async (_name, call) => {
    await using peer = delivered(
      logIn(scriptedPeer())
        .expectUntil(ALL_COMMANDS, /^MAIL FROM:<a@x\.test>/)
        .send(TAKEN),
    );
    expect(await call({ connector: peer.connector })).toEqual({
      accepted: ['b@y.test'],
      rejected: [],
      response: '250 2.0.0 Ok: queued as 1',
      messageId: '<1@x.test>',
    });
    await peer.done();
  });

  it('puts a signature in front', async () => {
    await using peer = logIn(scriptedPeer())
      .expectUntil(ALL_COMMANDS, /./)
      .send(TAKEN)
      .expectUntil('\r\n.\r\n', /^X-Signed: yes\r\nFrom: a@x\.test\r\n/)
      .sendLines('250 Ok')
      .expectLine('QUIT')
      .close();
    const sign = async () => new TextEncoder().encode('X-Signed: yes\r\n');
    await send(MAIL, TARGET, { connector: peer.connector, sign });
    await peer.done();
  });

  it('quits after a refusal, and throws it', async () => {
    await using peer = delivered(
      logIn(scriptedPeer()).expectUntil(ALL_COMMANDS, /./).send(TAKEN),
      '554 5.7.1 Spam',
    );
    expect(await caught(send(MAIL, TARGET, { connector: peer.connector }))).toMatchObject({
      code: 'server',
      safeToRetry: true,
      server: { code: '5.7.1' },
    });
    await peer.done();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a mail without a recipient', () => send({ from: 'a@x.test' }, TARGET, { connector: neverDialled })],
    ['an unknown field', () => send({ ...MAIL, amp: '' } as Mail, TARGET, { connector: neverDialled })],
    ['options that are null', () => send(MAIL, TARGET, null as never)],
    ['a signal that is none', () => send(MAIL, TARGET, { signal: {} as AbortSignal })],
    ['no target', () => send(MAIL, undefined as never, undefined)],
    ['a target that is a number', () => send(MAIL, 5 as never)],
  ])('finds a mistake before it dials: %s', async (_name, call) => {
    expect(await caught(call())).toMatchObject({ code: 'usage', safeToRetry: true });
  });

  it('is aborted while it connects, and while the mail is under way', async () => {
    const reason = new Error('enough');
    const connecting = new AbortController();
    await using silent = scriptedPeer();
    const first = caught(send(MAIL, TARGET, { connector: silent.connector, signal: connecting.signal }));
    setTimeout(() => connecting.abort(reason), 20);
    expect((await first).safeToRetry).toBe(true);

    const sending = new AbortController();
    await using peer = logIn(scriptedPeer())
      .expectUntil(ALL_COMMANDS, /./)
      .send(TAKEN)
      .expectUntil('\r\n.\r\n', /./);
    const second = caught(send(MAIL, TARGET, { connector: peer.connector, signal: sending.signal }));
    setTimeout(() => sending.abort(reason), 300);
    expect(await second).toMatchObject({ code: 'aborted', cause: reason, safeToRetry: false });
  });

  it('keeps the limits of connecting and of sending apart', async () => {
    await using silent = scriptedPeer();
    const first = caught(
      send(MAIL, TARGET, { connector: silent.connector, connectTimeoutMs: 50, timeoutMs: 60_000 }),
    );
    expect(await first).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
    await using peer = logIn(scriptedPeer())
      .expectUntil(ALL_COMMANDS, /./)
      .send(TAKEN)
      .expectUntil('\r\n.\r\n', /./);
    const second = caught(send(MAIL, TARGET, { connector: peer.connector, timeoutMs: 300 }));
    expect(await second).toMatchObject({ code: 'timeout', safeToRetry: false });
  });

  it('reaches a server of another hand', async () => {
    const url = `smtps://app:secret@127.0.0.1:${inject('mail').implicit}`;
    expect(await send({ ...MAIL, to: 'one-call@y.test' }, url)).toMatchObject({
      accepted: ['one-call@y.test'],
    });
  });
});

async function neverDialled(): Promise<never> {
  throw new FairleadError('connect_failed', 'it was dialled');
}
