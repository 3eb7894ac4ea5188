// Servers that break the rules of a login, or never end it: each ends with a FairleadError, in time, with nothing given away.
import { limitOf } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { type LogInOptions, logIn } from '../src/connection/log-in.ts';
import { readPrivateKey } from '../src/keys/private/read-private-key.ts';
import {
  banner,
  failure,
  infoRequest,
  message,
  passwordChange,
  readRequest,
  serviceAccept,
  success,
} from './support/auth-server.ts';
import { errorOf } from './support/expect-error.ts';
import { OPENSSH } from './support/key-files.ts';
import { type Answer, ScriptedLink } from './support/scripted-link.ts';

const ed25519 = await readPrivateKey(OPENSSH.ed25519);
const ecdsa = await readPrivateKey(OPENSSH.ecdsa256);
const SECRET = 'correct horse';

const byKey: Partial<LogInOptions> = { identities: [ed25519] };
const byKeys: Partial<LogInOptions> = { identities: [ed25519, ecdsa] };
const byPassword: Partial<LogInOptions> = { password: SECRET };
const byAnswers: Partial<LogInOptions> = { keyboardInteractive: ({ prompts }) => prompts.map(() => SECRET) };

function login(link: ScriptedLink, options: Partial<LogInOptions>, timeoutMs = 5_000) {
  return logIn(link, { username: 'deploy', limit: limitOf({ timeoutMs }), ...options });
}

/** The service request is accepted; each further payload gets the same answer. */
const always = (...answer: Answer): ScriptedLink =>
  new ScriptedLink((payload) => (payload[0] === 5 ? [serviceAccept] : answer));

/** The service request gets this answer, nothing else gets any. */
const atOnce = (...answer: Answer): ScriptedLink =>
  new ScriptedLink((payload) => (payload[0] === 5 ? answer : []));

const refusedKey = failure('publickey');
const keyOf = (blob: Uint8Array, algorithm: string): Uint8Array => message(60, algorithm, blob);

type Row = readonly [string, () => ScriptedLink, Partial<LogInOptions>, string, string];
const rows: readonly Row[] = [
  [
    'SUCCESS before the service is accepted',
    () => atOnce(success),
    byKey,
    'protocol',
    'SUCCESS where it may not',
  ],
  [
    'FAILURE before the service is accepted',
    () => atOnce(refusedKey),
    byKey,
    'protocol',
    'FAILURE where it may not',
  ],
  [
    'another service',
    () => atOnce(message(6, 'ssh-connection')),
    byKey,
    'protocol',
    'a service that was not asked for',
  ],
  ['the service twice', () => always(serviceAccept), byKey, 'protocol', 'SERVICE_ACCEPT where it may not'],
  [
    '60 after a signed request',
    () => always(keyOf(ed25519.blob, 'ssh-ed25519')),
    byKey,
    'protocol',
    'message 60',
  ],
  ['60 before the service is accepted', () => atOnce(infoRequest()), byAnswers, 'protocol', 'message 60'],
  [
    'an INFO_REQUEST after a password',
    () => always(infoRequest(['Password: ', false])),
    byPassword,
    'protocol',
    '',
  ],
  ['a PASSWD_CHANGEREQ for keyboard-interactive', () => always(passwordChange), byAnswers, 'protocol', ''],
  [
    'SUCCESS for a mere question',
    () => inTurn(refusedKey, success),
    byKeys,
    'protocol',
    'SUCCESS where it may not',
  ],
  [
    'PK_OK for another key',
    () => inTurn(refusedKey, keyOf(ed25519.blob, 'ecdsa-sha2-nistp256')),
    byKeys,
    'protocol',
    'another key',
  ],
  [
    'PK_OK for SHA-1',
    () => inTurn(refusedKey, keyOf(ecdsa.blob, 'ssh-rsa')),
    byKeys,
    'protocol',
    'another key',
  ],
  [
    'a channel before the login is done',
    () => always(message(90, 'session')),
    byKey,
    'protocol',
    'message 90 before',
  ],
  [
    'a global request before the login is done',
    () => always(message(80, 'x', true)),
    byKey,
    'protocol',
    'message 80 before',
  ],
  ['an empty payload', () => always(new Uint8Array()), byKey, 'protocol', ''],
  ['a cut FAILURE', () => always(failure('publickey').subarray(0, 7)), byKey, 'protocol', ''],
  ['bytes behind SUCCESS', () => always(message(52, 0)), byKey, 'protocol', 'too many'],
  ['a length beyond the payload', () => always(message(51, { u32: 0xffff_ffff })), byKey, 'protocol', ''],
  ['10^6 bytes of methods', () => always(failure('x,'.repeat(500_000))), byKey, 'limit', 'too many ways'],
  [
    '2^32 - 1 prompts',
    () => always(message(60, '', '', '', { u32: 0xffff_ffff })),
    byAnswers,
    'limit',
    '4294967295 questions',
  ],
  [
    '33 prompts',
    () => always(infoRequest(...Array.from({ length: 33 }, () => ['?', true] as const))),
    byAnswers,
    'limit',
    '33 questions',
  ],
  [
    'endless INFO_REQUESTs',
    () => always(infoRequest(['Password: ', false])),
    byAnswers,
    'limit',
    'more than 10 times',
  ],
  [
    'endless INFO_REQUESTs without prompts',
    () => always(infoRequest()),
    byAnswers,
    'limit',
    'more than 10 times',
  ],
  [
    'endless banners',
    () => always(...Array.from({ length: 300 }, () => banner('b'.repeat(30_000)))),
    byKey,
    'limit',
    '256 messages',
  ],
  [
    'endless unknown messages',
    () => always(...Array.from({ length: 300 }, () => message(59))),
    byKey,
    'limit',
    '256 messages',
  ],
  [
    'the end at once',
    () => atOnce('end'),
    byKey,
    'connection_lost',
    'closed the connection during the login',
  ],
  ['the end after the request', () => always('end'), byPassword, 'connection_lost', 'closed the connection'],
  [
    'FAILURE with the same method for ever',
    () => always(failure('publickey,password,keyboard-interactive')),
    { ...byKeys, ...byPassword, ...byAnswers },
    'auth',
    'refused the login',
  ],
  [
    'partial success for ever',
    () => always(failure('publickey,password,keyboard-interactive', true)),
    { ...byKeys, ...byPassword, ...byAnswers },
    'auth',
    'refused the login',
  ],
  [
    'methods that do not exist',
    () => always(failure('hostbased,gssapi-with-mic,\u001b[31m')),
    byKey,
    'auth',
    'It lists hostbased, gssapi-with-mic, [31m',
  ],
];

/** The service is accepted; the requests get these answers, one each. */
function inTurn(...answers: readonly Uint8Array[]): ScriptedLink {
  const rest = [...answers];
  return new ScriptedLink((payload) => (payload[0] === 5 ? [serviceAccept] : rest.splice(0, 1)));
}

describe('a server that sends', () => {
  it.each(rows)('%s', async (_name, make, options, code, words) => {
    const link = make();
    const error = await errorOf(() => login(link, options));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(JSON.stringify([error.message, error.server, String(error.cause)])).not.toContain(SECRET);
    expect(error.safeToRetry).toBe(false);
    // The link has ended: in good order for a refusal, at once for all else.
    expect(link.isClosed).toBe(code === 'auth');
    expect(link.destroyedBy).toBe(code === 'auth' ? undefined : error);
    // Nothing was tried twice.
    const requests = link.sent.map(readRequest).map((request) => request.method ?? '');
    expect(requests.filter((method) => method === 'password').length).toBeLessThanOrEqual(1);
    expect(requests.filter((method) => method === 'keyboard-interactive').length).toBeLessThanOrEqual(1);
  });

  it('unknown messages, is told so, and may go on', async () => {
    const link = always(message(55), message(70), success);
    await login(link, byKey);
    expect(link.unimplemented).toBe(2);
  });
});

describe('a server that is silent', () => {
  const silences: readonly (readonly [string, () => ScriptedLink, Partial<LogInOptions>])[] = [
    ['from the beginning', () => atOnce(), byKey],
    ['after the service', () => always(), byKey],
    ['after the password', () => always(), byPassword],
    ['after a banner', () => always(banner('wait')), byPassword],
    ['after the question', () => inTurn(refusedKey), byKeys],
    ['after PK_OK', () => inTurn(refusedKey, keyOf(ecdsa.blob, 'ecdsa-sha2-nistp256')), byKeys],
    ['after the answers', () => inTurn(infoRequest(['?', true])), byAnswers],
  ];
  it.each(silences)('%s, is waited for until the deadline', async (_name, make, options) => {
    const link = make();
    const error = await errorOf(() => login(link, options, 60));
    expect(error).toMatchObject({
      code: 'connect_timeout',
      message: 'SSH: The login was not done within 60 ms.',
    });
    expect(link.destroyedBy).toBe(error);
  });

  it('is left by the signal', async () => {
    const link = always();
    const controller = new AbortController();
    const pending = errorOf(() => login(link, { ...byKey, limit: limitOf({ signal: controller.signal }) }));
    controller.abort(new Error('enough'));
    expect(await pending).toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    expect(link.destroyedBy).toMatchObject({ code: 'aborted' });
  });
});

describe('a link that is cut', () => {
  const cut = new FairleadError('connection_lost', 'The connection was reset');
  it.each([
    ['before anything is sent', 0],
    ['after the service', 1],
    ['after the request', 2],
  ])('%s, fails the login with its reason', async (_name, after) => {
    let left = after;
    const link: ScriptedLink = new ScriptedLink((payload) => {
      if (--left === 0) link.destroy(cut);
      return payload[0] === 5 ? [serviceAccept] : [];
    });
    if (left === 0) link.destroy(cut);
    expect(await errorOf(() => login(link, byPassword))).toBe(cut);
  });
});

describe('a caller who', () => {
  it.each([
    ['has no name', { username: '', ...byKey }],
    ['has nothing to log in with', {}],
    ['has no key in the list', { identities: [] }],
    ['has no function for answers', { keyboardInteractive: 'answer' as never }],
  ])('%s is told so before anything is sent', async (_name, options) => {
    const link = always(success);
    expect(await errorOf(() => login(link, options))).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(link.sent).toEqual([]);
  });

  it.each([
    ['keys', { identities: [{ ...ed25519, sign: () => new Promise<never>(() => undefined) }] }],
    ['answers', { keyboardInteractive: () => new Promise<never>(() => undefined) }],
    ['passwords', { password: () => new Promise<never>(() => undefined) }],
  ])('never gives %s is waited for until the deadline', async (_name, options) => {
    const link = always(infoRequest(['?', true]));
    expect((await errorOf(() => login(link, options, 60))).code).toBe('connect_timeout');
  });
});
