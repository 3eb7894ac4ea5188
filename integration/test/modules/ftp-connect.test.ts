// FTP: ways into vsftpd, ProFTPD and pyftpdlib, what each refusal is called, and what becomes of data connections where the
// server wants them to resume the TLS session of the control connection.
import { connect, type FtpOptions } from '@fairlead/ftp';
import { describe, expect, it } from 'vitest';
import { FTP_NAMES, FTP_SERVERS, gathered, login, place, WAYS } from './ftp.ts';
import { someBytes, textOf } from './ssh.ts';
import { failure, sameBytes } from './support.ts';

describe.each(WAYS)('%s, %s', (name, mode) => {
  const options = login(name, mode);

  it('lets in, and says what it is', async () => {
    await using ftp = await connect(options);
    expect(ftp.server.greeting.length).toBeGreaterThan(0);
    expect(ftp.server.features.has('EPSV') || name === 'pyftpdlib').toBe(true);
    expect(ftp.peer).toMatchObject({ hostname: 'localhost', port: options.port, tls: mode !== 'plain' });
    expect(await ftp.workingDirectory()).toBe('/');
    await ftp.noop();
  });

  it('a wrong password is `auth`, and shown nowhere', async () => {
    const error = await failure(connect({ ...options, password: 'wrong-password' }));
    expect(error).toMatchObject({ code: 'auth', server: { code: '530' } });
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('wrong-password');
  });

  it.each(['epsv', 'pasv'] as const)('by %s alone', async (passive) => {
    await using ftp = await connect({ ...options, passive });
    expect(textOf(await ftp.bytes('many/entry-007.txt'))).toBe('entry 007\n');
  });
});

describe.each(FTP_NAMES)('%s', (name) => {
  it('has no TLS on its plain port: nothing is sent in clear', async () => {
    const options: FtpOptions = { ...login(name, 'plain'), tls: 'starttls' };
    const error = await failure(connect(options));
    expect(error).toMatchObject({ code: 'tls_failed', safeToRetry: true });
  });

  it('wants TLS: a login without it is refused before the password', async () => {
    const error = await failure(connect({ ...login(name, 'explicit'), tls: false }));
    expect(error.code).toMatch(/^(auth|server)$/);
    expect(error.message).not.toContain('app-password');
  });

  it('is silent where TLS from the first byte meets AUTH, and the wait ends', async () => {
    const options: FtpOptions = { ...login(name, 'implicit'), tls: 'starttls', connectTimeoutMs: 500 };
    expect((await failure(connect(options))).code).toMatch(/^connect_timeout|connection_lost$/);
  });
});

describe('data in clear, behind a control connection with TLS', () => {
  it.each(['vsftpd 3.0.3', 'vsftpd 3.0.5'] as const)('%s', async (name) => {
    await using ftp = await connect({ ...login(name, 'explicit'), dataProtection: 'clear' });
    expect(await gathered(ftp.list('many'))).toHaveLength(300);
    expect(textOf(await ftp.bytes('many/entry-001.txt'))).toBe('entry 001\n');
  });

  it.each(['ProFTPD 1.3.8', 'pyftpdlib'] as const)('%s, which refuses it', async (name) => {
    const read = async (): Promise<void> => {
      await using ftp = await connect({ ...login(name, 'explicit'), dataProtection: 'clear' });
      await ftp.bytes('many/entry-001.txt');
    };
    const error = await failure(read());
    expect(error.code).toBe('server');
    expect(error.server?.code).toMatch(/^5(21|22|34|50)$/);
  });
});

/**
 * The platform keeps the tickets of TLS sessions by the name that was dialled, for the whole process: this file is the only one
 * that dials this one.
 */
const hostname = '127.0.0.2';

describe('data connections must resume the TLS session of the control connection', () => {
  const REUSE = ['vsftpd 3.0.3', 'vsftpd 3.0.5', 'ProFTPD 1.3.8'] as const;
  const withReuse = (name: (typeof REUSE)[number]): FtpOptions => ({
    ...login(name, 'explicit'),
    hostname,
    port: FTP_SERVERS[name].explicitWithReuse,
  });

  it.each(REUSE)('%s: nine transfers in a row', async (name) => {
    await using at = await place(withReuse(name));
    const bytes = someBytes(100_000);
    for (const number of [1, 2, 3]) {
      const path = `${at.directory}/${number}`;
      await at.ftp.put(path, bytes);
      expect(sameBytes(await at.ftp.bytes(path), bytes)).toBe(true);
      expect(await gathered(at.ftp.list(at.directory))).toHaveLength(number);
    }
  });

  it.each(['vsftpd 3.0.3', 'vsftpd 3.0.5'] as const)('%s: two sessions in turns', async (name) => {
    await using one = await connect(withReuse(name));
    await using two = await connect(withReuse(name));
    for (const ftp of [one, two, one, two]) {
      expect(textOf(await ftp.bytes('many/entry-001.txt'))).toBe('entry 001\n');
    }
  });

  it('ProFTPD: two sessions in turns may swap their tickets; then the error says what to change at the server', async () => {
    await using one = await place(withReuse('ProFTPD 1.3.8'));
    await using two = await place(withReuse('ProFTPD 1.3.8'));
    for (const { ftp, directory } of [one, two, one, two]) {
      try {
        await ftp.put(`${directory}/a.txt`, 'ahoy');
      } catch (error) {
        expect(error).toMatchObject({ code: 'tls_failed', reason: 'session_reuse' });
        expect(String(error)).toContain('NoSessionReuseRequired');
      }
      await ftp.noop();
    }
  });
});
