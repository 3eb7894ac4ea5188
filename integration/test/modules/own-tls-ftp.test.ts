// FTPS by TLS of one's own: servers that want data connections to resume the session of the control connection.
import { connect, type FtpOptions } from '@fairlead/ftp';
import type { Connector } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import { gathered } from './ftp.ts';
import { recorder, trust } from './own-tls.ts';
import { failure, sameBytes } from './support.ts';

const { vsftpd, otherFtp, demanding } = inject('servers');
const SERVERS = {
  'vsftpd 3.0.3': vsftpd['3.0.3'].explicitWithReuse,
  'vsftpd 3.0.5': vsftpd['3.0.5'].explicitWithReuse,
  'ProFTPD 1.3.8': otherFtp.proftpd.explicitWithReuse,
  'vsftpd 3.0.5 by TLS 1.2': demanding.vsftpd,
};

describe.each(Object.entries(SERVERS))('%s', (name, port) => {
  const version = name.endsWith('1.2') ? 'TLSv1.2' : 'TLSv1.3';
  const at: FtpOptions = {
    hostname: 'localhost',
    port,
    username: 'app',
    password: 'app-password',
    tls: { ca: trust.runCa, mode: 'starttls' },
  };

  it('every data connection resumes the session of its control connection', async () => {
    const { connector, sessions } = recorder();
    await using ftp = await connect({ ...at, connector });
    const path = `own-tls-${crypto.randomUUID()}.bin`;
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    await ftp.put(path, bytes);
    for (let n = 0; n < 4; n += 1) expect(sameBytes(await ftp.bytes(path), bytes)).toBe(true);
    expect((await gathered(ftp.list())).some(({ name }) => name === path)).toBe(true);
    await ftp.remove(path);
    expect(sessions().map(({ resumed }) => resumed)).toEqual([false, true, true, true, true, true, true]);
    expect(new Set(sessions().map((session) => session.version))).toEqual(new Set([version]));
  });

  it('two sessions at once by one connector, each with transfers of its own', async () => {
    const { connector, sessions } = recorder();
    await using first = await connect({ ...at, connector });
    await using second = await connect({ ...at, connector });
    const read = async (ftp: typeof first): Promise<number[]> => {
      const lengths = [];
      for (let n = 0; n < 2; n += 1) lengths.push((await ftp.bytes('large.bin')).length);
      return lengths;
    };
    const all = await Promise.all([read(first), read(second)]);
    expect(all.flat()).toEqual(new Array(4).fill(4_194_304));
    // The second control connection resumes, too, and its data connections resume its session.
    expect(sessions().map(({ resumed }) => resumed)).toEqual([false, true, true, true, true, true]);
  });

  it('the first data connection that does not is refused, and the error says what to do', async () => {
    const { connector } = recorder();
    const apart: Connector = (address, { resume: _, ...options } = {}) => connector(address, options);
    await using ftp = await connect({ ...at, connector: apart });
    const error = await failure(ftp.bytes('large.bin'));
    expect(error).toMatchObject({ code: 'tls_failed', reason: 'session_reuse' });
  });
});

it('the session of another connector cannot be resumed', async () => {
  const tls = { ca: trust.runCa, mode: 'starttls' } as const;
  const [one, other] = [recorder(), recorder()];
  let dialled = 0;
  const mixed: Connector = (...call) => (dialled++ === 0 ? one : other).connector(...call);
  const login = { username: 'app', password: 'app-password', hostname: 'localhost' };
  await using ftp = await connect({ ...login, port: SERVERS['vsftpd 3.0.5'], tls, connector: mixed });
  expect(await failure(ftp.bytes('large.bin'))).toMatchObject({ code: 'usage' });
});
