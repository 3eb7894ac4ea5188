// SSH: ways into OpenSSH, Dropbear, TinySSH and AsyncSSH. Every login, every host key, each algorithm by itself, and what
// each refusal is called.
import { type Challenge, connect, type SshOptions } from '@fairlead/ssh';
import { chacha20Poly1305 } from '@fairlead/ssh/chacha20';
import { decryptPrivateKey } from '@fairlead/ssh/encrypted-key';
import { mlkem768x25519 } from '@fairlead/ssh/mlkem';
import { describe, expect, inject, it } from 'vitest';
import { account, HOST_KEYS, knownHosts, login, namesOf, SHELL_SERVERS, textOf } from './ssh.ts';
import { failure } from './support.ts';

const { sshKeys, openssh, otherSsh } = inject('servers');
const { user, certified, stranger, hostAuthority } = sshKeys;

/** That the session is alive, and whose it is. */
async function whoAmI(options: SshOptions): Promise<string> {
  await using ssh = await connect(options);
  const process = await ssh.exec('id -un');
  return textOf((await process.output()).stdout).trim();
}

describe.each(namesOf(SHELL_SERVERS))('%s', (name) => {
  const at = account(SHELL_SERVERS[name]);

  it('lets in by password, and says what it is', async () => {
    await using ssh = await connect(login(at.port));
    expect(ssh.server.software).toMatch(/^(OpenSSH_|dropbear_|AsyncSSH_)/);
    expect(ssh.server.hostKey).toMatchObject({
      algorithm: 'ssh-ed25519',
      fingerprint: expect.stringMatching(/^SHA256:.{43}$/),
    });
    expect(ssh.peer).toMatchObject({ hostname: 'localhost', port: at.port });
    await ssh.ping();
  });

  it.each(namesOf(HOST_KEYS))('lets in by a key of type %s', async (type) => {
    expect(await whoAmI({ ...at, privateKey: user[type].privateKey })).toBe('app');
  });

  it('lets in by the second of two keys', async () => {
    const privateKey = [stranger.privateKey, user.ed25519.privateKey];
    expect(await whoAmI({ ...at, privateKey })).toBe('app');
  });

  it.each(namesOf(HOST_KEYS))('shows the host key of type %s to who knows no other', async (type) => {
    await using ssh = await connect({
      ...login(at.port),
      knownHosts: knownHosts(at.port, [HOST_KEYS[type]]),
    });
    const algorithms = { ed25519: 'ssh-ed25519', ecdsa: 'ecdsa-sha2-nistp256', rsa: /^rsa-sha2-(256|512)$/ };
    expect(ssh.server.hostKey.algorithm).toMatch(algorithms[type]);
  });

  it('a wrong password is `auth`, and shown nowhere', async () => {
    const error = await failure(connect({ ...at, password: 'wrong-password' }));
    expect(error.code).toBe('auth');
    expect(error.server?.fields?.methods).toContain('publickey');
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('wrong-password');
  });

  it('a key that it does not know is `auth`', async () => {
    expect((await failure(connect({ ...at, privateKey: stranger.privateKey }))).code).toBe('auth');
  });

  it('a host key that was not expected is `auth`, with both fingerprints, before any login', async () => {
    const wrong = { ...login(at.port), knownHosts: knownHosts(at.port, [stranger.publicKey]) };
    const error = await failure(connect(wrong));
    expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
    await using ssh = await connect(login(at.port));
    expect(error.message).toContain(ssh.server.hostKey.fingerprint);
    expect(error.message.match(/SHA256:/g)).toHaveLength(2);
    expect(error.message).toContain(`[localhost]:${at.port}`);
  });

  it('is known by its fingerprint', async () => {
    await using ssh = await connect(login(at.port));
    const { fingerprint } = ssh.server.hostKey;
    const { knownHosts: _, ...rest } = login(at.port);
    await using again = await connect({ ...rest, fingerprint });
    await again.ping();
  });
});

describe('an encrypted key', () => {
  it('lets in once it is decrypted, and not before', async () => {
    const at = account(SHELL_SERVERS['OpenSSH 10.0']);
    const { privateKey } = user.encrypted;
    expect((await failure(connect({ ...at, privateKey }))).code).toBe('usage');
    expect((await failure(decryptPrivateKey(privateKey, 'wrong'))).code).toBe('usage');
    expect(await whoAmI({ ...at, privateKey: await decryptPrivateKey(privateKey, 'key-passphrase') })).toBe(
      'app',
    );
  });
});

describe.each(['9.2', '10.0', '10.6'] as const)('certificates at OpenSSH %s', (version) => {
  const { port, twoStepsPort } = openssh[version];
  const { good, expired, otherAccount } = openssh[version].certificates;
  const at = { ...account(port), privateKey: certified.privateKey };

  it('the key alone is not enough', async () => {
    expect((await failure(connect(at))).code).toBe('auth');
  });

  it('a certificate of the authority that it trusts lets in', async () => {
    expect(await whoAmI({ ...at, certificate: good })).toBe('app');
  });

  it.each(Object.entries({ expired, otherAccount }))(
    'one that is %s does not',
    async (_what, certificate) => {
      expect((await failure(connect({ ...at, certificate }))).code).toBe('auth');
    },
  );

  it('its own certificate makes it known by the authority', async () => {
    const hosts = `@cert-authority [localhost]:* ${hostAuthority.publicKey}\n`;
    const options = { ...login(twoStepsPort), privateKey: user.ed25519.privateKey, knownHosts: hosts };
    await using ssh = await connect(options);
    expect(ssh.server.hostKey.algorithm).toBe('ssh-ed25519-cert-v01@openssh.com');
    const other = `@cert-authority [localhost]:* ${stranger.publicKey}\n`;
    expect((await failure(connect({ ...options, knownHosts: other }))).code).toBe('auth');
    const revoked = `${hosts}@revoked * ${HOST_KEYS.ed25519}\n`;
    expect((await failure(connect({ ...options, knownHosts: revoked }))).message).toContain('revoked');
  });
});

it('AsyncSSH takes a certificate too', async () => {
  const at = { ...account(otherSsh.asyncssh), privateKey: certified.privateKey };
  expect((await failure(connect(at))).code).toBe('auth');
  expect(await whoAmI({ ...at, certificate: openssh['10.0'].certificates.good })).toBe('app');
});

describe('questions', () => {
  const answers = { 'Password: ': 'app-password', 'Favourite colour: ': 'blue', 'Token: ': '123456' };

  it.each(['9.2', '10.0', '10.6'] as const)('OpenSSH %s asks for the password', async (version) => {
    const asked: unknown[] = [];
    const options: SshOptions = {
      ...account(openssh[version].port),
      keyboardInteractive: ({ prompts }) => {
        asked.push(...prompts);
        return prompts.map(() => 'app-password');
      },
    };
    expect(await whoAmI(options)).toBe('app');
    expect(asked).toEqual([{ prompt: expect.stringContaining('Password:'), echo: false }]);
  });

  it('AsyncSSH asks in two rounds, and then nothing in a third', async () => {
    const rounds: unknown[] = [];
    const options: SshOptions = {
      ...account(otherSsh.asyncssh),
      keyboardInteractive: (challenge) => {
        rounds.push(challenge);
        return challenge.prompts.map(({ prompt }) => answers[prompt as keyof typeof answers]);
      },
    };
    expect(await whoAmI(options)).toBe('app');
    expect(rounds.slice(0, 2)).toEqual([
      {
        name: 'Harbour',
        instruction: 'Who goes there?',
        prompts: [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Favourite colour: ', echo: true },
        ],
      },
      { name: 'Harbour', instruction: 'And now the token.', prompts: [{ prompt: 'Token: ', echo: true }] },
    ]);
  });

  it('a wrong answer is `auth`, and shown nowhere', async () => {
    const options = {
      ...account(otherSsh.asyncssh),
      keyboardInteractive: ({ prompts }: Challenge) => prompts.map(() => 'wrong-answer'),
    };
    const error = await failure(connect(options));
    expect(error.code).toBe('auth');
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('wrong-answer');
  });

  it.each(['9.2', '10.0', '10.6'] as const)(
    'OpenSSH %s wants a key, and then a password',
    async (version) => {
      const { twoStepsPort } = openssh[version];
      const at = account(twoStepsPort);
      const key = { ...at, privateKey: user.ed25519.privateKey };
      expect(await whoAmI({ ...key, keyboardInteractive: () => ['app-password'] })).toBe('app');
      expect(await whoAmI({ ...key, password: 'app-password' })).toBe('app');
      expect((await failure(connect(key))).code).toBe('auth');
      expect((await failure(connect(login(twoStepsPort)))).code).toBe('auth');
      expect((await failure(connect({ ...key, keyboardInteractive: () => ['wrong'] }))).code).toBe('auth');
    },
  );
});

describe.each(['9.2', '10.0', '10.6'] as const)('the algorithms of OpenSSH %s, each by itself', (version) => {
  const ports = openssh[version];

  it.each([
    ['gcm128Port', 'curve25519-sha256', 'aes128-gcm@openssh.com', undefined, 'ssh-ed25519'],
    [
      'ctr256Port',
      'ecdh-sha2-nistp256',
      'aes256-ctr',
      'hmac-sha2-512-etm@openssh.com',
      'ecdsa-sha2-nistp256',
    ],
    ['ctr128Port', 'ecdh-sha2-nistp384', 'aes128-ctr', 'hmac-sha2-256', 'rsa-sha2-512'],
    ['chachaPort', 'curve25519-sha256', 'chacha20-poly1305@openssh.com', undefined, 'rsa-sha2-256'],
    ['mlkemPort', 'mlkem768x25519-sha256', 'aes256-gcm@openssh.com', undefined, 'ssh-ed25519'],
  ] as const)('%s: %s, %s, %s, %s', async (port, keyExchange, cipher, mac, hostKey) => {
    const further = { ciphers: [chacha20Poly1305], keyExchanges: [mlkem768x25519] };
    const connecting = connect({ ...login(ports[port]), ...further });
    if (port === 'mlkemPort' && version === '9.2') {
      expect((await failure(connecting)).code).toMatch(/^connect/);
      return;
    }
    await using ssh = await connecting;
    expect(ssh.server.algorithms).toEqual({
      keyExchange,
      hostKey,
      cipherToServer: cipher,
      cipherToClient: cipher,
      macToServer: mac,
      macToClient: mac,
    });
    const process = await ssh.exec('head -c 100000 /dev/zero | wc -c; cat', {
      stdin: new Uint8Array(100_000),
    });
    const { stdout } = await process.output();
    expect(stdout.length).toBe(100_007);
  });
});

describe('TinySSH, which has nothing but ChaCha20 and Ed25519', () => {
  const { tinyssh: port, tinysshHostKey } = otherSsh;
  const key = tinysshHostKey.includes('ssh-ed25519 ') ? tinysshHostKey : `ssh-ed25519 ${tinysshHostKey}`;
  const at = {
    hostname: 'localhost',
    port,
    username: 'app',
    knownHosts: knownHosts(port, [key]),
    privateKey: user.ed25519.privateKey,
  };

  it('lets in with the cipher', async () => {
    expect(await whoAmI({ ...at, ciphers: [chacha20Poly1305] })).toBe('app');
  });

  it('has no cipher in common without it, and the error names its own', async () => {
    const error = await failure(connect(at));
    expect(error.code).toBe('protocol');
    expect(error.message).toContain('chacha20-poly1305@openssh.com');
  });
});
