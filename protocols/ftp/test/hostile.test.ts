// Servers, and people in between, that break the rules at every step: what the client makes of it, and that it neither hangs nor
// sends a credential in clear.
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect, type FairleadError, type FtpOptions } from '../src/index.ts';
import { all, clientOf, errorOf } from './support/client-of.ts';
import { type FtpServer, ftpServer, latin1, type Mischief } from './support/ftp-server.ts';

const FILES = { '/a.txt': 'hello', '/dir/': '', '/dir/b': 'x'.repeat(100_000) };
describe('before TLS', () => {
  const cases: readonly [name: string, greeting: string, answer: Mischief, code: string][] = [
    ['a web server', 'HTTP/1.1 400 Bad Request', undefined, 'protocol'],
    ['an SSH server', 'SSH-2.0-OpenSSH_10.0', undefined, 'protocol'],
    ['a refusal', '530 Too many', undefined, 'server'],
    ['421 as the greeting', '421 Closing', undefined, 'server'],
    ['331 as the greeting', '331 Password', undefined, 'protocol'],
    ['a greeting without an end', '220-Hello', undefined, 'timeout'],
    ['a line too long', `220 ${'x'.repeat(5000)}`, undefined, 'limit'],
    ['endless lines', `220-${'\r\n220-x'.repeat(20_000)}`, undefined, 'limit'],
    ['two greetings', '220 one\r\n220 two', undefined, 'protocol'],
    ['502 to AUTH', '220 x', '502 Unknown', 'tls_failed'],
    ['534 to AUTH', '220 x', '534 No', 'tls_failed'],
    ['230 to AUTH', '220 x', '230 You are in', 'tls_failed'],
    ['421 to AUTH', '220 x', '421 Closing', 'server'],
    ['a reply behind 234', '220 x', '234 Go\r\n331 Password', 'tls_failed'],
    ['half a reply behind 234', '220 x', '234 Go\r\n3', 'tls_failed'],
    ['the end at AUTH', '220 x', 'FIN', 'connection_lost'],
    ['a reset at AUTH', '220 x', 'RST', 'connection_lost'],
    ['silence at AUTH', '220 x', 'STALL', 'timeout'],
    ['no handshake behind 234', '220 x', '234 Go', 'connect_timeout'],
  ];

  it.each(cases)('%s', async (_name, greeting, answer, code) => {
    const server = ftpServer();
    server.greeting = greeting;
    server.misbehave = (line) => (line.startsWith('AUTH') ? answer : undefined);
    const error = await errorOf(clientOf(server));
    expect(error).toMatchObject({ code, safeToRetry: true });
    expect(server.commands.filter((line) => !/^AUTH TLS$/.test(line) && !line.startsWith('\x16'))).toEqual(
      [],
    );
    await expect.poll(() => server.open, { timeout: 3000 }).toBe(0);
  });

  it('a certificate of another name', async () => {
    const server = ftpServer({}, 'wrong-name');
    expect(await errorOf(clientOf(server))).toMatchObject({ code: 'tls_failed' });
    expect(server.commands).toEqual(['AUTH TLS']);
  });
});

describe('the rest of the login', () => {
  const cases: readonly [line: string, answer: Mischief, code: string][] = [
    ['USER', '530 No', 'auth'],
    ['USER', '150 What', 'protocol'],
    ['USER', '332 Account', 'auth'],
    ['PASS', '421 Closing', 'server'],
    ['PASS', '331 Again', 'protocol'],
    ['PASS', '430 Later', 'server'],
    ['PASS', '332 Account', 'auth'],
    ['PASS', '230 In\r\n230 Twice', 'protocol'],
    ['PROT', '536 No', 'tls_failed'],
    ['TYPE', '504 No', 'server'],
    ['FEAT', 'STALL', 'timeout'],
    ['FEAT', 'FIN', 'connection_lost'],
  ];
  it.each(cases)('%s answered with %s', async (verb, answer, code) => {
    const server = ftpServer();
    server.misbehave = (line) => (line.startsWith(verb) ? answer : undefined);
    expect(await errorOf(clientOf(server))).toMatchObject({ code, safeToRetry: true });
  });

  it('no FEAT, no UTF8, no PBSZ: all of them may be missing', async () => {
    const server = ftpServer(FILES);
    server.misbehave = (line) => (/^(FEAT|PBSZ|OPTS)/.test(line) ? '500 Unknown' : undefined);
    await using ftp = await clientOf(server);
    expect(ftp.server.features.size).toBe(0);
    expect((await ftp.bytes('a.txt')).length).toBe(5);
  });

  it('421 in every state', async () => {
    const lines = ['AUTH', 'USER', 'PASS', 'PBSZ', 'PROT', 'FEAT', 'OPTS', 'TYPE', 'EPSV', 'REST', 'RETR'];
    for (const verb of lines) {
      const server = ftpServer(FILES);
      server.misbehave = (line) => (line.startsWith(verb) ? '421 Timeout, closing' : undefined);
      const work = clientOf(server).then((ftp) => ftp.bytes('a.txt', { start: 1 }));
      expect(await errorOf(work), verb).toMatchObject({ code: 'server', server: { code: '421' } });
      await expect.poll(() => server.open, { timeout: 3000 }).toBe(0);
    }
  });

  it('421 in the middle of transfers', async () => {
    for (const call of ['bytes', 'put'] as const) {
      const server = ftpServer(FILES);
      server.onData = async (data, _command, control) => {
        await data.startTls();
        if (call === 'bytes') await data.write(latin1('he'));
        await control.write(latin1('421 Going down\r\n'));
        await control.close();
        data.reset();
      };
      const ftp = await clientOf(server);
      const work = call === 'bytes' ? ftp.bytes('a.txt') : ftp.put('n', 'x'.repeat(1_000_000));
      expect(await errorOf(work)).toMatchObject({ code: 'server' });
      expect(await errorOf(ftp.noop())).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    }
  });

  it('421 while nothing is asked', async () => {
    const server = ftpServer(FILES);
    const ftp = await clientOf(server);
    await ftp.noop();
    await new Promise((resolve) => setTimeout(resolve, 250));
    await server.controls[0]?.write(latin1('421 Idle for too long\r\n'));
    await ftp.closed;
    expect(await errorOf(ftp.noop())).toMatchObject({ code: 'connection_lost', server: { code: '421' } });
  });
});

describe('data ports', () => {
  const cases: readonly [answer: string, code: string][] = [
    ['229 (|||0|)', 'protocol'],
    ['229 (|||22|)', 'protocol'],
    ['229 (|||1023|)', 'protocol'],
    ['229 (|||65536|)', 'protocol'],
    ['229 (|||99999999|)', 'protocol'],
    ['229 (||-1|)', 'protocol'],
    ['229 no port', 'protocol'],
    ['200 Fine', 'protocol'],
    ['150 What', 'protocol'],
    ['421 Bye', 'server'],
    ['450 Later', 'server'],
  ];
  it.each(cases)('EPSV answered with %s', async (answer, code) => {
    const server = ftpServer(FILES);
    server.misbehave = (line) => (line === 'EPSV' ? answer : undefined);
    const ftp = await clientOf(server);
    expect(await errorOf(ftp.bytes('a.txt'))).toMatchObject({ code });
    expect(server.dialled).toEqual([]);
  });

  it('227 that names another host, which is never dialled', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server, { passive: 'pasv' });
    await ftp.bytes('a.txt');
    expect(server.dialled.map(({ hostname }) => hostname)).toEqual(['ftp.test']);
  });

  it('a port that is shut or silent: the error names it', async () => {
    for (const [dial, code] of [
      ['refuse', 'connect_failed'],
      ['silent', 'connect_timeout'],
    ] as const) {
      const server = ftpServer(FILES);
      server.dialData = dial;
      await using ftp = await clientOf(server);
      const error = await errorOf(ftp.bytes('a.txt'));
      expect(error).toMatchObject({ code, safeToRetry: true });
      expect(error.message).toMatch(/port 50001.*EPSV.*passive ports/s);
      await ftp.noop();
    }
  });
});

type OnData = NonNullable<FtpServer['onData']>;

describe('transfers', () => {
  const say = (control: Parameters<OnData>[2], text: string) => control.write(latin1(`${text}\r\n`));
  const cases: readonly [name: string, onData: OnData, code: string, goesOn: boolean][] = [
    [
      'an end without 226',
      async (data) => {
        await data.startTls();
        await data.write(latin1('he'));
        await data.close();
      },
      'timeout',
      false,
    ],
    [
      '426 behind all bytes',
      async (data, _c, control) => {
        await data.startTls();
        await data.write(latin1('hello'));
        await data.close();
        await say(control, '426 Broken');
      },
      'server',
      true,
    ],
    [
      '451 before the end',
      async (data, _c, control) => {
        await data.startTls();
        await data.write(latin1('he'));
        await say(control, '451 Disk');
      },
      'server',
      true,
    ],
    [
      '226 and too few bytes',
      async (data, _c, control) => {
        await data.startTls();
        await data.write(latin1('he'));
        await data.close();
        await say(control, '226 Done');
      },
      'connection_lost',
      true,
    ],
    [
      'a reset, and 226',
      async (data, _c, control) => {
        await data.startTls();
        await data.write(latin1('he'));
        data.reset();
        await say(control, '226 Done');
      },
      'connection_lost',
      true,
    ],
    [
      'a reset, and 426',
      async (data, _c, control) => {
        await data.startTls();
        data.reset();
        await say(control, '426 Broken');
      },
      'server',
      true,
    ],
    [
      'silence on an open data connection',
      async (data, _c, control) => {
        await data.startTls();
        await data.closed;
        await say(control, '426 Broken');
      },
      'timeout',
      true,
    ],
    [
      'no handshake, and 522',
      async (_data, _c, control) => say(control, '522 SSL connection failed; session reuse required'),
      'tls_failed',
      true,
    ],
    [
      '350 in the middle',
      async (data, _c, control) => {
        await data.startTls();
        await say(control, '350 What');
        await data.close();
      },
      'protocol',
      false,
    ],
    [
      '150 twice',
      async (data, _c, control) => {
        await data.startTls();
        await say(control, '150 Again');
        await data.close();
      },
      'protocol',
      false,
    ],
  ];

  it.each(cases)('%s', async (_name, onData, code, goesOn) => {
    const server = ftpServer(FILES);
    server.onData = onData;
    const ftp = await clientOf(server);
    expect(await errorOf(ftp.bytes('a.txt'))).toMatchObject({ code });
    server.onData = undefined;
    if (goesOn) expect((await ftp.bytes('a.txt')).length).toBe(5);
    else expect(await errorOf(ftp.noop())).toMatchObject({ code: 'connection_lost' });
    await ftp.close();
    await expect.poll(() => server.open, { timeout: 3000 }).toBe(0);
  });

  it.each(['RETR', 'STOR', 'MLSD'])('%s answered with 226, and no data', async (verb) => {
    const server = ftpServer(FILES);
    server.misbehave = (line) => (line.startsWith(verb) ? '226 Done' : undefined);
    const ftp = await clientOf(server);
    if (verb === 'MLSD') expect(await all(ftp.list())).toEqual([]);
    else
      expect(await errorOf(verb === 'RETR' ? ftp.bytes('a.txt') : ftp.put('x', 'x'))).toMatchObject({
        code: 'protocol',
      });
  });

  it('226 before the end of an upload', async () => {
    const server = ftpServer(FILES);
    server.onData = async (data, _command, control) => {
      await data.startTls();
      await say(control, '226 Thank you');
    };
    const ftp = await clientOf(server);
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    });
    expect(await errorOf(ftp.put('x', endless))).toMatchObject({ code: 'protocol', safeToRetry: false });
  });

  it('all bytes, and a control connection that is lost: the bytes are known to be whole', async () => {
    const server = ftpServer(FILES);
    server.onData = async (data, _command, control) => {
      await data.startTls();
      await data.write(latin1('hello'));
      await data.close();
      control.reset();
    };
    const ftp = await clientOf(server);
    const error = await errorOf(ftp.bytes('a.txt'));
    expect(error).toMatchObject({ code: 'connection_lost', server: { fields: { bytesVerified: 'true' } } });
  });

  it('TLS that ends without its goodbye: SIZE decides where no size was announced', async () => {
    for (const [sent, isWhole] of [
      ['hello', true],
      ['he', false],
    ] as const) {
      const server = ftpServer(FILES);
      server.announces = false;
      server.onData = async (data, _command, control) => {
        await data.startTls();
        await data.write(latin1(sent));
        await new Promise((resolve) => setTimeout(resolve, 20));
        data.reset();
        await say(control, '226 Done');
      };
      const ftp = await clientOf(server);
      if (isWhole) expect((await ftp.bytes('a.txt')).length).toBe(5);
      else expect(await errorOf(ftp.bytes('a.txt'))).toMatchObject({ code: 'connection_lost' });
      expect(server.commands.at(-1)).toBe('SIZE a.txt');
    }
  });

  it.each(['wrong-name', 'expired', 'untrusted', 'none'] as const)(
    'a data certificate: %s',
    async (shown) => {
      const server = ftpServer(FILES);
      server.dataTls = shown;
      await using ftp = await clientOf(server);
      const error = await errorOf(ftp.bytes('a.txt'));
      expect(error.code).toBe('tls_failed');
      expect(error.reason).toBeUndefined();
    },
  );

  it('session reuse required: a download is tried twice, an upload is not, and the error says why', async () => {
    const server = ftpServer(FILES);
    let refusals = 1;
    server.onData = (data, _command, control) => {
      if (refusals-- <= 0) return undefined;
      return (async () => {
        await data.startTls();
        data.reset();
        await say(control, '425 Unable to build data connection');
      })();
    };
    await using ftp = await clientOf(server);
    expect((await ftp.bytes('a.txt')).length).toBe(5);
    expect(server.commands).toEqual(['EPSV', 'RETR a.txt', 'EPSV', 'RETR a.txt']);
    refusals = 2;
    const error = await errorOf(ftp.bytes('a.txt'));
    expect(error).toMatchObject({ code: 'tls_failed', reason: 'session_reuse', server: { code: '425' } });
    expect(error.message).toMatch(/require_ssl_reuse=NO.*NoSessionReuseRequired/s);
    refusals = 1;
    server.commands.length = 0;
    expect(await errorOf(ftp.put('n', 'x'))).toMatchObject({ code: 'tls_failed', reason: 'session_reuse' });
    expect(server.commands).toEqual(['EPSV', 'STOR n']);
    await ftp.noop();
  });
});

describe('session reuse required, by a server that leaves after it has refused', () => {
  it('is told by the refusal', async () => {
    const server = ftpServer(FILES);
    server.onData = async (data, _command, control) => {
      await data.startTls();
      data.reset();
      await control.write(latin1('522 SSL connection failed; session reuse required\r\n'));
      server.misbehave = () => 'FIN';
    };
    const ftp = await clientOf(server);
    expect(await errorOf(ftp.bytes('a.txt'))).toMatchObject({
      code: 'tls_failed',
      reason: 'session_reuse',
      server: { code: '522' },
    });
    expect(server.commands).toEqual(['EPSV', 'RETR a.txt', 'EPSV']);
  });
});

describe('aborting', () => {
  it('stops a transfer, and the connection goes on', async () => {
    const server = ftpServer({ ...FILES, '/big': 'x'.repeat(4 << 20) });
    await using ftp = await clientOf(server, { timeoutMs: 5000 });
    const abort = new AbortController();
    const reader = (await ftp.get('big', { signal: abort.signal })).getReader();
    await reader.read();
    abort.abort();
    expect(await errorOf(reader.read())).toMatchObject({ code: 'aborted', safeToRetry: true });
    await ftp.noop();
    const second = new AbortController();
    const slow = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(10));
        return new Promise((resolve) => setTimeout(resolve, 10));
      },
    });
    setTimeout(() => second.abort(), 50);
    expect(await errorOf(ftp.put('n', slow, { signal: second.signal }))).toMatchObject({
      code: 'aborted',
      safeToRetry: false,
    });
    await ftp.noop();
  });

  it('at each step of a download', async () => {
    for (const verb of ['EPSV', 'REST', 'RETR', 'data']) {
      const server = ftpServer(FILES);
      const abort = new AbortController();
      server.misbehave = (line) => {
        if (!line.startsWith(verb)) return undefined;
        abort.abort();
        return 'STALL';
      };
      server.onData = async () => abort.abort();
      const ftp = await clientOf(server, { timeoutMs: 5000 });
      const error = await errorOf(ftp.bytes('a.txt', { start: 1, signal: abort.signal }));
      expect(error, verb).toMatchObject({ code: 'aborted', safeToRetry: true });
    }
  });

  it('a call that waits for its turn sends nothing', async () => {
    const server = ftpServer(FILES);
    const ftp = await clientOf(server);
    const stream = await ftp.get('a.txt');
    const error = await errorOf(ftp.remove('a.txt', { timeoutMs: 30 }));
    expect(error).toMatchObject({ code: 'timeout', safeToRetry: true });
    await stream.cancel();
    expect(server.commands.filter((line) => line.startsWith('DELE'))).toEqual([]);
  });
});

describe('arguments', () => {
  it('with CR, LF, NUL, lone surrogates or IAC are refused before anything is sent', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server, { names: 'latin1' });
    for (const bad of ['a\rb', 'a\nDELE x', 'a\0b', 'a\xffb', 'a\u20ac', '', 'x'.repeat(9000)]) {
      for (const call of [
        () => ftp.get(bad),
        () => ftp.put(bad, 'x'),
        () => ftp.append(bad, 'x'),
        () => all(ftp.list(bad)),
        () => ftp.stat(bad),
        () => ftp.size(bad),
        () => ftp.mkdir(bad, { recursive: true }),
        () => ftp.rename('a.txt', bad),
        () => ftp.remove(bad),
        () => ftp.command(`SITE ${bad === '' ? '\n' : bad}`),
      ]) {
        const error = await errorOf((async () => call())());
        expect(error.code).toBe('usage');
      }
    }
    expect(server.commands.filter((line) => line !== 'RNFR a.txt')).toEqual([]);
    await ftp.noop();
    for (const options of [{ username: 'a\nb' }, { password: 'a\r\nb' }, { account: 'a\0' }]) {
      expect(await errorOf(clientOf(server, options))).toMatchObject({ code: 'usage' });
    }
    expect(await errorOf(clientOf(server, { password: () => 'a\r\nDELE x' }))).toMatchObject({
      code: 'usage',
    });
  });

  it('that begin with a hyphen get ./ in front', async () => {
    const server = ftpServer({ '/-la': 'x' });
    await using ftp = await clientOf(server);
    expect((await ftp.bytes('-la')).length).toBe(1);
    expect(server.commands).toContain('RETR ./-la');
  });

  it('of command: transfers, active mode, FXP and the login are refused by name', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    const lines = [
      'PORT 1,2,3,4,5,6',
      'eprt |1|1.2.3.4|5|',
      'PASV',
      'RETR a',
      'USER x',
      'CCC',
      'CWD x',
      'QUIT',
      'TYPE A',
      '',
      ' NOOP',
      'A',
    ];
    for (const line of lines) expect(await errorOf(ftp.command(line))).toMatchObject({ code: 'usage' });
    expect(server.commands).toEqual([]);
  });

  it('of options', async () => {
    const bad: readonly FtpOptions[] = [
      { port: 0 },
      { tls: 'yes' as never },
      { passive: 'active' as never },
      { names: 'ascii' as never },
      { dataProtection: 'none' as never },
      { tls: false, dataProtection: 'private' },
      { username: 'x' },
      { timeoutMs: 0 },
      { replyTimeoutMs: -1 },
      { connector: 5 as never },
      { signal: {} as never },
    ];
    for (const options of bad)
      expect(await errorOf(connect({ hostname: 'x', ...options }))).toMatchObject({ code: 'usage' });
    for (const url of ['http://x', 'ftp://x/path', 'ftp://x?y', 'sftp://x', 'x']) {
      expect(await errorOf(connect(url))).toMatchObject({ code: 'usage' });
    }
    expect(await errorOf(connect('ftps://x', { tls: false }))).toMatchObject({ code: 'usage' });
  });
});

describe('listings', () => {
  const served = (lines: string): FtpServer => {
    const server = ftpServer();
    server.onData = async (data, _command, control) => {
      await data.startTls();
      await data.write(latin1(lines)).catch(() => undefined);
      await data.close();
      await control.write(latin1('226 Done\r\n'));
    };
    return server;
  };

  it.each(['../x', '..', 'a/b', '/etc/passwd', 'a\0b'])(
    'a name %j ends a walk, and nothing is removed',
    async (name) => {
      const server = served(`type=file; ok\r\ntype=file; ${name}\r\n`);
      await using ftp = await clientOf(server);
      if (name === '..') expect(await all(ftp.walk())).toHaveLength(1);
      else expect(await errorOf(ftp.removeAll('dir'))).toMatchObject({ code: 'protocol' });
      expect(server.commands.filter((line) => /^(DELE|RMD)/.test(line))).toEqual([]);
    },
  );

  it('a line that is not understood is given as it is, and ends a walk', async () => {
    const server = served('what is this\r\n');
    await using ftp = await clientOf(server);
    expect(await all(ftp.list())).toMatchObject([{ type: 'unparsed', name: '', raw: 'what is this' }]);
    expect(await errorOf(all(ftp.walk()))).toMatchObject({ code: 'protocol' });
  });

  it('are capped: lines, entries, and trees that go on for ever', async () => {
    const long = served(`type=file; ${'x'.repeat(65_536)}\r\n`);
    await using first = await clientOf(long);
    expect(await errorOf(all(first.list()))).toMatchObject({ code: 'limit' });
    const many = served('type=file; x\r\n'.repeat(3000));
    await using second = await clientOf(many, { timeoutMs: 5000 });
    expect(await errorOf(all(second.list(undefined, { maxEntries: 2999 })))).toMatchObject({ code: 'limit' });
    expect(await all(second.list(undefined, { maxEntries: 3000 }))).toHaveLength(3000);
    const deep = served('type=dir; d\r\n');
    await using third = await clientOf(deep, { timeoutMs: 5000 });
    expect(await errorOf(all(third.walk()))).toMatchObject({ code: 'limit' });
    expect(deep.commands.filter((line) => line.startsWith('MLSD'))).toHaveLength(33);
  });

  it('a loop that is left early frees the connection', async () => {
    const server = served('type=file; x\r\n'.repeat(3000));
    await using ftp = await clientOf(server, { timeoutMs: 5000 });
    for await (const { name } of ftp.list()) {
      expect(name).toBe('x');
      break;
    }
    await ftp.noop();
  });

  it.each(['450 No files found', '550 No files'])('%s is an empty directory', async (answer) => {
    const server = ftpServer();
    server.misbehave = (line) => (line.startsWith('MLSD') ? answer : undefined);
    await using ftp = await clientOf(server);
    expect(await all(ftp.list())).toEqual([]);
  });
});

it('random bytes at every step hang nothing', async () => {
  const random = seededRandom(7);
  for (let round = 0; round < 60; round++) {
    const server = ftpServer(FILES);
    const turn = Math.floor(random() * 14);
    const noise = Array.from({ length: 1 + Math.floor(random() * 40) }, () =>
      String.fromCharCode(random() * 256),
    ).join('');
    server.misbehave = (_line, at) => (at === turn ? noise : undefined);
    const error = await clientOf(server)
      .then(async (ftp) => {
        await ftp.bytes('a.txt');
        await all(ftp.list());
        await ftp.put('n', 'x');
        await ftp.close();
      })
      .catch((one: unknown) => one as FairleadError);
    if (error !== undefined) expect(error.name).toBe('FairleadError');
  }
});
