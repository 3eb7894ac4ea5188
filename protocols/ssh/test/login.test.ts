// Logins as they should be: what is sent, in which order, in how many round trips, for servers of every kind.
import { limitOf } from '@fairlead/client';
import { describe, expect, it } from 'vitest';
import { type LogInOptions, logIn } from '../src/connection/log-in.ts';
import { withCertificate } from '../src/keys/identity.ts';
import { readPrivateKey } from '../src/keys/private/read-private-key.ts';
import { decodePublicKey } from '../src/keys/public-key.ts';
import { verifySignature } from '../src/keys/signature.ts';
import { encodeSignedPart } from '../src/wire/auth-messages.ts';
import {
  banner,
  type ClientRequest,
  failure,
  infoRequest,
  message,
  passwordChange,
  readRequest,
  serviceAccept,
  success,
} from './support/auth-server.ts';
import { USER_CERTIFICATES } from './support/certificates.ts';
import { errorOf } from './support/expect-error.ts';
import { OPENSSH } from './support/key-files.ts';
import { type Answer, ScriptedLink } from './support/scripted-link.ts';

const limit = limitOf({ timeoutMs: 5_000 });
const ed25519 = await readPrivateKey(OPENSSH.ed25519);
const ecdsa = await readPrivateKey(OPENSSH.ecdsa256);
const rsa = await readPrivateKey(OPENSSH.rsa2048);

/** A server that accepts the service, and answers requests by `serve`. */
function serverOf(
  serve: (request: ClientRequest) => Answer,
  signatureAlgorithms?: readonly string[],
): ScriptedLink {
  return new ScriptedLink((payload) => {
    const request = readRequest(payload);
    return request.type === 'service ssh-userauth' ? [serviceAccept] : serve(request);
  }, signatureAlgorithms);
}

/** Logs in as `deploy`. */
function login(link: ScriptedLink, options: Partial<LogInOptions>) {
  return logIn(link, { username: 'deploy', limit, ...options });
}

/** What the client did, in short. */
function steps(link: ScriptedLink): readonly string[] {
  return link.sent.map(readRequest).map(({ type, method, signature, password, answers }) => {
    if (answers) return `answers ${JSON.stringify(answers)}`;
    if (method === 'publickey') return signature ? 'signed' : 'question';
    return [method ?? type, ...(password === undefined ? [] : [password])].join(' ');
  });
}

describe('a login by a key', () => {
  it('sends the service request and the signed request in one flight', async () => {
    const link = serverOf(() => [success]);
    expect(await login(link, { identities: [ed25519] })).toEqual({ banner: '' });
    expect(steps(link)).toEqual(['service ssh-userauth', 'signed']);
    expect(link.waits).toBeLessThanOrEqual(2);
    const {
      algorithm = '',
      blob = new Uint8Array(),
      signature = new Uint8Array(),
    } = readRequest(link.sent[1] ?? blob0);
    expect(algorithm).toBe('ssh-ed25519');
    const signed = encodeSignedPart(link.sessionId, 'deploy', algorithm, blob);
    await verifySignature(decodePublicKey(blob), algorithm, signed, signature);
  });

  it('asks about the further keys before it signs with them', async () => {
    const link = serverOf(({ blob = blob0, algorithm = '', signature }) => {
      if (blob.length !== rsa.blob.length) return [failure('publickey,password')];
      return signature ? [success] : [message(60, algorithm, blob)];
    });
    await login(link, { identities: [ed25519, ecdsa, rsa] });
    expect(steps(link)).toEqual(['service ssh-userauth', 'signed', 'question', 'question', 'signed']);
  });

  it.each([
    [undefined, 'rsa-sha2-256'],
    [['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'], 'rsa-sha2-512'],
    [['rsa-sha2-256', 'ssh-rsa'], 'rsa-sha2-256'],
    [['ssh-rsa'], 'rsa-sha2-256'],
  ])('signs with RSA as the server names it: %j', async (named, algorithm) => {
    const link = serverOf(() => [success], named);
    await login(link, { identities: [rsa] });
    expect(readRequest(link.sent[1] ?? blob0).algorithm).toBe(algorithm);
  });

  it('sends a certificate, and signs with its key', async () => {
    const identity = withCertificate(rsa, `${USER_CERTIFICATES.rsa} comment`);
    const link = serverOf(() => [success], ['rsa-sha2-512', 'rsa-sha2-256']);
    await login(link, { identities: [identity] });
    const { algorithm = '', blob = blob0, signature = blob0 } = readRequest(link.sent[1] ?? blob0);
    expect(algorithm).toBe('rsa-sha2-512-cert-v01@openssh.com');
    const signed = encodeSignedPart(link.sessionId, 'deploy', algorithm, blob);
    await verifySignature(decodePublicKey(rsa.blob), 'rsa-sha2-512', signed, signature);
  });
});

const blob0 = new Uint8Array();

describe('a login by a password', () => {
  it('takes one flight', async () => {
    const link = serverOf(() => [success]);
    await login(link, { password: 'pässword' });
    expect(steps(link)).toEqual(['service ssh-userauth', 'password pässword']);
  });

  it('asks a function once, also where the password answers a prompt instead', async () => {
    let asked = 0;
    const link = serverOf(({ method, answers }) => {
      if (answers) return [success];
      return [
        method === 'password'
          ? failure('publickey,keyboard-interactive')
          : infoRequest(['Password: ', false]),
      ];
    });
    await login(link, { password: async () => `secret ${++asked}` });
    expect(steps(link)).toEqual([
      'service ssh-userauth',
      'password secret 1',
      'keyboard-interactive',
      'answers ["secret 1"]',
    ]);
  });

  it('is not tried again by a prompt where the server has weighed it', async () => {
    const link = serverOf(() => [failure('password,keyboard-interactive')]);
    const error = await errorOf(() => login(link, { password: 'wrong' }));
    expect(error).toMatchObject({ code: 'auth', blame: 'peer', safeToRetry: false });
    expect(error.server?.fields).toEqual({ methods: 'password,keyboard-interactive', accepted: '' });
    expect(error.message).toContain('refused the login of user "deploy" by password');
    expect(error.message).not.toContain('wrong');
    expect(steps(link)).toEqual(['service ssh-userauth', 'password wrong']);
    expect(link.isClosed).toBe(true);
  });

  it('that has expired is an error', async () => {
    const link = serverOf(() => [passwordChange]);
    const error = await errorOf(() => login(link, { password: 'old' }));
    expect(error).toMatchObject({
      code: 'auth',
      server: { code: 'USERAUTH_PASSWD_CHANGEREQ', message: 'Change it now' },
    });
  });

  it('fails with its function', async () => {
    const link = serverOf(() => [success]);
    const password = () => Promise.reject(new Error('no vault'));
    expect(await errorOf(() => login(link, { password }))).toMatchObject({ code: 'auth', blame: 'local' });
    expect(link.sent).toEqual([]);
  });
});

describe('a login by keyboard-interactive', () => {
  it('hands the questions to the function, as often as they come', async () => {
    const rounds = [
      infoRequest(['Password: ', false], ['Code\u001b[31m: ', true]),
      infoRequest(),
      infoRequest(['More? ', true]),
      success,
    ];
    const link = serverOf(() => [rounds.shift() ?? success]);
    const seen: unknown[] = [];
    await login(link, {
      keyboardInteractive: (challenge) => {
        seen.push(challenge);
        return challenge.prompts.map(({ prompt }) => `to ${prompt}`);
      },
    });
    expect(seen).toEqual([
      {
        name: 'Login',
        instruction: 'Answer, please',
        prompts: [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Code[31m: ', echo: true },
        ],
      },
      { name: 'Login', instruction: 'Answer, please', prompts: [{ prompt: 'More? ', echo: true }] },
    ]);
    expect(steps(link)).toEqual([
      'service ssh-userauth',
      'keyboard-interactive',
      'answers ["to Password: ","to Code[31m: "]',
      'answers []',
      'answers ["to More? "]',
    ]);
  });

  it.each([
    ['two prompts', infoRequest(['Password: ', false], ['Code: ', false])],
    ['a prompt with echo', infoRequest(['Code: ', true])],
  ])('does not answer %s with the password', async (_name, request) => {
    const link = serverOf(({ method }) => [
      method === 'password' ? failure('keyboard-interactive') : request,
    ]);
    const error = await errorOf(() => login(link, { password: 'secret' }));
    expect(error).toMatchObject({ code: 'auth', blame: 'local', server: { code: 'USERAUTH_INFO_REQUEST' } });
    expect(error.message).toContain('Give keyboardInteractive');
    expect(steps(link)).toEqual(['service ssh-userauth', 'password secret', 'keyboard-interactive']);
  });

  it('does not answer a second prompt with the password', async () => {
    const link = serverOf(({ method }) => [
      method === 'password' ? failure('keyboard-interactive') : infoRequest(['New password: ', false]),
    ]);
    expect((await errorOf(() => login(link, { password: 'secret' }))).message).toContain(
      'Give keyboardInteractive',
    );
    expect(steps(link).at(-1)).toBe('answers ["secret"]');
  });

  it.each([
    ['too few', () => []],
    ['no texts', () => [1]],
    ['no list', () => 'answer'],
  ])('refuses a function that gives %s', async (_name, answer) => {
    const link = serverOf(() => [infoRequest(['?', true])]);
    const keyboardInteractive = answer as unknown as () => string[];
    expect((await errorOf(() => login(link, { keyboardInteractive }))).code).toBe('usage');
    const failing = serverOf(() => [infoRequest(['?', true])]);
    const fails = (): never => {
      throw new Error('no phone');
    };
    const error = await errorOf(() => login(failing, { keyboardInteractive: fails }));
    expect(error).toMatchObject({ code: 'auth', blame: 'local', cause: { message: 'no phone' } });
  });
});

describe('partial success', () => {
  it('goes on with what the server lists', async () => {
    const link = serverOf(({ method, answers }) => {
      if (answers) return [success];
      if (method === 'publickey') return [failure('keyboard-interactive', true)];
      return [infoRequest(['Password: ', false])];
    });
    await login(link, { identities: [ed25519], password: 'secret' });
    expect(steps(link)).toEqual([
      'service ssh-userauth',
      'signed',
      'keyboard-interactive',
      'answers ["secret"]',
    ]);
  });

  it('says what was accepted where the rest is missing', async () => {
    const link = serverOf(() => [failure('keyboard-interactive', true)]);
    const error = await errorOf(() => login(link, { identities: [ed25519] }));
    expect(error.server?.fields).toEqual({ methods: 'keyboard-interactive', accepted: 'publickey' });
    expect(error.message).toContain('after it had accepted publickey');
    expect(error.message).toContain('Give keyboardInteractive');
  });

  it('does not answer the second question with a password that was accepted already', async () => {
    const link = serverOf(() => [failure('keyboard-interactive', true)]);
    await errorOf(() => login(link, { password: 'secret' }));
    expect(steps(link)).toEqual(['service ssh-userauth', 'password secret']);
  });
});

describe('banners', () => {
  it('are kept without control characters', async () => {
    const link = serverOf(() => [banner('Welcome\u001b[2J\r\n'), banner('twice\u0000\u202e\n'), success]);
    expect(await login(link, { password: 'x' })).toEqual({ banner: 'Welcome[2J\ntwice\n' });
  });

  it('are cut', async () => {
    const link = serverOf(() => [...Array.from({ length: 10 }, () => banner('b'.repeat(100_000))), success]);
    expect((await login(link, { password: 'x' })).banner).toHaveLength(8_192);
  });

  it('stand in the error of a refusal', async () => {
    const link = serverOf(() => [banner('Closed on Sundays'), failure('')]);
    const error = await errorOf(() => login(link, { password: 'x' }));
    expect(error.server).toEqual({
      code: 'USERAUTH_FAILURE',
      message: 'Closed on Sundays',
      fields: { methods: '', accepted: '' },
    });
    expect(error.message).toContain('It lists no method');
  });
});
