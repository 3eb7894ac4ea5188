// URLs and options: what they come to, and what is refused before anything is dialled.
import { describe, expect, it } from 'vitest';
import { readTarget } from '../src/options/target.ts';

const error = (url: string, options = {}): unknown => {
  try {
    return readTarget(url, options);
  } catch (thrown) {
    return thrown;
  }
};

describe('what is pinned', () => {
  const pinned = (parameters?: Record<string, string>) => {
    const target = readTarget('postgres://app@db.test/shop', { parameters });
    return [[...target.pinned], target.parameters.get('extra_float_digits')];
  };

  it.each([
    [undefined, [['extra_float_digits', '3']], undefined],
    [{ search_path: 'a' }, [['extra_float_digits', '3']], undefined],
    [{ extra_float_digits: '0' }, [], '0'],
    [{ extra_float_digits: '' }, [], undefined],
    [{ EXTRA_float_digits: '1' }, [], undefined],
    [{ options: '-c extra_float_digits=0' }, [], undefined],
  ])('%j', (parameters, pins, sent) => {
    expect(pinned(parameters)).toEqual([pins, sent]);
  });
});

describe('what a URL says', () => {
  it('has defaults for everything but the host', () => {
    const target = readTarget('postgres://db.example.com', {});
    expect(target).toMatchObject({
      addresses: [{ hostname: 'db.example.com', port: 5432 }],
      sessionAttrs: 'any',
      loadBalance: false,
      eager: false,
      protocolVersion: '3.0',
      tls: true,
      requireAuth: undefined,
      password: undefined,
      allowCleartextPassword: false,
      connectTimeoutMs: 10_000,
    });
    expect(Object.fromEntries(target.parameters)).toEqual({
      user: 'postgres',
      database: 'postgres',
      client_encoding: 'UTF8',
      DateStyle: 'ISO',
      application_name: 'fairlead',
    });
  });

  it('reads every part, percent-encoded', () => {
    const target = readTarget(
      'postgresql://us%40er:p%3Ass@[::1]:6543/my%20db?sslmode=disable&application_name=app&connect_timeout=3' +
        '&options=-c%20geqo%3Doff&statement_timeout=500&keepalives=1&channel_binding=prefer&sslrootcert=system' +
        '&require_auth=scram-sha-256,md5&eager=true&max_protocol_version=3.2&min_protocol_version=3.0',
      {},
    );
    expect(target).toMatchObject({
      addresses: [{ hostname: '::1', port: 6543 }],
      tls: false,
      password: 'p:ss',
      connectTimeoutMs: 3000,
      requireAuth: ['scram-sha-256', 'md5'],
      eager: true,
      protocolVersion: '3.2',
    });
    expect(Object.fromEntries(target.parameters)).toMatchObject({
      user: 'us@er',
      database: 'my db',
      application_name: 'app',
      options: '-c geqo=off',
      statement_timeout: '500',
    });
  });

  it('lets options win, and the database follow the user', () => {
    const target = readTarget('postgres://app:old@db.test', {
      password: 'new',
      port: 1,
      tls: true,
    });
    expect(target).toMatchObject({ password: 'new', addresses: [{ port: 1 }], tls: true });
    expect(target.parameters.get('database')).toBe('app');
    expect(
      readTarget(undefined, { hostname: 'db.test', database: 'x', username: undefined }).parameters.get(
        'user',
      ),
    ).toBe('postgres');
  });
});

describe('several hosts', () => {
  const hosts = (text: string | undefined, options = {}): string[] =>
    readTarget(text, options).addresses.map(({ hostname, port }) => `${hostname} ${port}`);

  it.each([
    ['postgres://u:p@H1:1,h2,[::1]:3/db', ['h1 1', 'h2 5432', '::1 3']],
    ['postgres://h1,h2/db?port=6000', ['h1 6000', 'h2 6000']],
    ['postgres:///db?host=h1,h2&port=1,2', ['h1 1', 'h2 2']],
    ['postgres:///db?host=h1,h2&port=,2', ['h1 5432', 'h2 2']],
    ['postgres://h1%2Ch2/db', ['h1 5432', 'h2 5432']],
    ['host=h1,h2 port=1,2', ['h1 1', 'h2 2']],
    ['host=::1,h2 port=7', ['::1 7', 'h2 7']],
  ])('%s', (text, expected) => {
    expect(hosts(text)).toEqual(expected);
  });

  it('takes them as options, which win', () => {
    const options = { hosts: [{ hostname: 'a', port: 1 }, { hostname: 'b' }] };
    expect(hosts(undefined, options)).toEqual(['a 1', 'b 5432']);
    expect(hosts('postgres://x:7,y:8/db', options)).toEqual(['a 1', 'b 5432']);
    expect(hosts('postgres://x,y/db', { port: 9 })).toEqual(['x 9', 'y 9']);
    expect(hosts(undefined, { hostname: 'x, y', port: 9 })).toEqual(['x 9', 'y 9']);
  });

  it.each([
    { hosts: [] },
    { hosts: [{ hostname: '' }] },
    { hosts: [{ hostname: 'a', port: 0 }] },
    { hosts: [{ hostname: 'a', port: 1.5 }] },
    { hosts: [{ hostname: '/run/postgresql' }] },
    { hostname: 'a', port: Number.NaN },
  ])('refuses %j', (options) => {
    expect(() => hosts(undefined, options)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('says which of them will do, and in which order they are tried', () => {
    expect(
      readTarget('postgres://a,b/?target_session_attrs=prefer-standby&load_balance_hosts=random', {}),
    ).toMatchObject({ sessionAttrs: 'prefer-standby', loadBalance: true });
    expect(
      readTarget('host=a,b target_session_attrs=primary', {
        targetSessionAttrs: 'read-only',
        loadBalanceHosts: 'disable',
      }),
    ).toMatchObject({ sessionAttrs: 'read-only', loadBalance: false });
  });
});

describe('what keywords say', () => {
  const read = (text: string): Record<string, unknown> => {
    const { parameters, password, addresses } = readTarget(text, {});
    return { ...Object.fromEntries(parameters), password, addresses };
  };

  it.each([
    ['host=h user=app dbname=shop', { user: 'app', database: 'shop', password: undefined }],
    [" host = h\n\tpassword = 'it\\'s \\\\ here' ", { password: "it's \\ here" }],
    ["host=h password=''", { password: undefined }],
    ['host=h password=a\\ b\\\\c', { password: 'a b\\c' }],
    ["host=h password=it's", { password: "it's" }],
    ["host='h'user='app'", { user: 'app' }],
    // As in libpq: blanks behind the sign are skipped.
    ['host= h', { addresses: [{ hostname: 'h', port: 5432 }] }],
    ['host=h user=a user=b', { user: 'b' }],
    ["host=h options='-c geqo=off' lock_timeout=5", { options: '-c geqo=off', lock_timeout: '5' }],
  ])('%s', (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });
});

describe('small print', () => {
  const read = (url: string, options = {}): ReturnType<typeof readTarget> => readTarget(url, options);

  it('takes the fallback for a name only where there is no name', () => {
    const name = (url: string): unknown => read(url).parameters.get('application_name');
    expect(name('postgres://h/?fallback_application_name=a')).toBe('a');
    expect(name('postgres://h/?application_name=b&fallback_application_name=a')).toBe('b');
    expect(name('postgres://h/?application_name=')).toBe('fairlead');
  });

  it('joins run-time parameters of both, the object first', () => {
    const { parameters } = read('postgres://h/?search_path=a&lock_timeout=1', {
      parameters: { search_path: 'b', TimeZone: 'UTC' },
    });
    expect(Object.fromEntries(parameters)).toMatchObject({
      search_path: 'b',
      lock_timeout: '1',
      TimeZone: 'UTC',
    });
  });

  it('reads a plus behind the question mark as URL objects write it', () => {
    const url = new URL('postgres://h/db');
    url.searchParams.set('options', '-c geqo=off');
    expect(read(url.href).parameters.get('options')).toBe('-c geqo=off');
  });

  it('never waits for ever', () => {
    expect(read('postgres://h/?connect_timeout=0').connectTimeoutMs).toBe(10_000);
    expect(read('postgres://h/?connect_timeout=2', { connectTimeoutMs: 5 }).connectTimeoutMs).toBe(5);
    expect(error('postgres://h/?connect_timeout=99999999')).toMatchObject({ code: 'usage' });
  });

  it('keeps the colons of a password, and an empty one is none', () => {
    expect(read('postgres://u:a:b@h/').password).toBe('a:b');
    expect(read('postgres://u:@h/').password).toBeUndefined();
    expect(read('postgres://u:a@b@h/').password).toBe('a@b');
  });

  it('takes the latest protocol for the newest that it speaks', () => {
    expect(read('postgres://h/?max_protocol_version=latest').protocolVersion).toBe('3.2');
    expect(read('postgres://h/', { maxProtocolVersion: '3.2' }).protocolVersion).toBe('3.2');
  });

  it.each([
    [{ parameters: { client_encoding: 'LATIN1' } }, 'policy'],
    [{ parameters: { DateStyle: 'SQL, DMY' } }, 'policy'],
    [{ parameters: { search_path: 'a\0b' } }, 'usage'],
    [{ requireAuth: ['gss'] }, 'usage'],
    [{ requireAuth: [] }, 'usage'],
    [{ eager: 'yes' }, 'usage'],
    [{ tls: 'disable' }, 'usage'],
    [{ tls: 'false' }, 'usage'],
  ])('refuses the options %j: %s', (options, code) => {
    expect(error('postgres://h/', options)).toMatchObject({ name: 'FairleadError', code, safeToRetry: true });
  });

  it('takes tls for what sslmode is in a text, which it replaces', () => {
    expect(read('postgres://h/?sslmode=disable', { tls: true }).tls).toBe(true);
    expect(read('postgres://h/?sslmode=prefer', { tls: false }).tls).toBe(false);
    expect(read('postgres://h/', { tls: undefined }).tls).toBe(true);
  });

  it('knows no option by the name that it has in a text alone', () => {
    const old = { sslmode: 'disable', connectTimeout: '2', fallbackApplicationName: 'a' };
    const target = read('postgres://h/', old);
    expect([target.tls, target.connectTimeoutMs]).toEqual([true, 10_000]);
    expect(target.parameters.get('application_name')).toBe('fairlead');
  });

  it('lets dates be ISO in any order of day and month', () => {
    expect(read('postgres://h/', { parameters: { DateStyle: 'ISO, DMY' } }).parameters.get('DateStyle')).toBe(
      'ISO, DMY',
    );
  });
});

describe('what is refused', () => {
  it.each([
    ['mysql://db.test', 'usage'],
    ['postgres://', 'usage'],
    ['postgres://db.test:99999', 'usage'],
    ['postgres://a,,b/db', 'usage'],
    ['postgres://a:1,b:2:3/db', 'usage'],
    ['postgres://a,b,c/db?port=1,2', 'usage'],
    ['postgres://a,b:25/db', 'policy'],
    ['postgres://a,%2Fvar%2Frun/db', 'usage'],
    ['postgres://db.test:0x10', 'usage'],
    ['postgres://db.test/x?port=1e3', 'usage'],
    ['postgres:///db?host=/var/run/postgresql', 'usage'],
    ['postgres://db.test/x?pgbouncer=true', 'usage'],
    ['postgres://db.test/x?sslmode=maybe', 'usage'],
    ['postgres://db.test/x?connect_timeout=soon', 'usage'],
    ['postgres://db.test/x?require_auth=!password', 'usage'],
    ['postgres://db.test/a%00b', 'usage'],
    ['postgres://u%0d%0ax@db.test/', 'usage'],
    ['postgres://u:p%00@db.test/', 'usage'],
    ['postgres://u:%zz@db.test/', 'usage'],
    ['postgres://u:p#x@db.test/', 'usage'],
    ['postgres://db.test:25/x', 'policy'],
    ['postgres://db.test/x?sslmode=prefer', 'policy'],
    ['postgres://db.test/x?sslmode=allow', 'policy'],
    ['postgres://db.test/x?sslmode=verify-ca', 'policy'],
    ['postgres://db.test/x?sslrootcert=/etc/ca.pem', 'policy'],
    ['postgres://db.test/x?sslcert=me.pem', 'policy'],
    ['postgres://db.test/x?sslkey=me.key', 'policy'],
    ['postgres://db.test/x?sslmode=verify-ca&sslrootcert=system', 'policy'],
    ['postgres://db.test/x?sslcrl=/etc/crl.pem', 'policy'],
    ['postgres://db.test/x?sslsni=0', 'policy'],
    ['postgres://db.test/x?sslnegotiation=maybe', 'usage'],
    ['postgres://db.test/x?sslnegotiation=direct&sslmode=disable', 'usage'],
    ['postgres://db.test/x?channel_binding=require&sslmode=disable', 'usage'],
    ['postgres://db.test/x?channel_binding=yes', 'usage'],
    ['postgres://db.test/x?ssl_min_protocol_version=TLSv2', 'usage'],
    ['postgres://db.test/x?sslcert=-----BEGIN%20CERTIFICATE-----', 'usage'],
    ['postgres://db.test/x?gssencmode=require', 'policy'],
    ['postgres://db.test/x?hostaddr=192.0.2.1', 'policy'],
    ['postgres://db.test/x?client_encoding=LATIN1', 'policy'],
    ['postgres://db.test/x?min_protocol_version=3.2', 'policy'],
    ['postgres://db.test/x?target_session_attrs=master', 'usage'],
    ['postgres://db.test/x?load_balance_hosts=yes', 'usage'],
    ['postgres://db.test/x?max_protocol_version=3.1', 'usage'],
    ['postgres://db.test/x?eager=1', 'usage'],
    ['postgres://db.test/x?connect_timeout=-1', 'usage'],
    ['postgres://db.test/x?sslmode=require,disable', 'usage'],
    ['postgres://db.test/x?constructor=1', 'usage'],
    ['postgres://db.test/x?nonsense=', 'usage'],
    ['postgres://db.test/x?dbnames=1', 'usage'],
    ['host', 'usage'],
    ['', 'usage'],
    ["host=db.test password='x", 'usage'],
    ['host=db.test user', 'usage'],
    ['host=db.test user=a b', 'usage'],
    ['host=db.test password=x\\', 'usage'],
    ['user=app dbname=shop', 'usage'],
    ['host=db.test service=prod', 'usage'],
    ['host=@abstract', 'usage'],
  ])('%s: %s', (url, code) => {
    expect(error(url)).toMatchObject({ name: 'FairleadError', code });
  });

  it('shows no password, whatever is wrong', () => {
    for (const url of [
      'postgres://u:hunter2@h:x/db',
      'postgres://u:hunter2@a,b/db',
      'postgres://u:hunter2@h/db?nope=1',
      'postgres://u:hunter2%zz@h/db',
      'postgres://u:hunter2@h/db?sslmode=verify-ca',
      'postgres://u:hunter2/x@h/db',
      'postgres://u:1?hunter2@h/db',
      'postgres://u:hunter2#@h/db',
      'postgres://h/db?sslpassword=hunter2',
      'host=h password=hunter2 x hunter2',
      "host=h password='hunter2",
      "host=h password='hunter2' nope=hunter2",
    ]) {
      const thrown = error(url) as Error;
      expect(`${thrown.message} ${thrown.stack}`).not.toContain('hunter2');
    }
  });

  it('says why, and what to do', () => {
    expect(error('postgres://h/?sslmode=verify-ca')).toMatchObject({
      message: expect.stringMatching(/overTls.*Hyperdrive/),
    });
    expect(error('postgres://h/?sslrootcert=/ca.pem')).toMatchObject({
      message: expect.stringContaining('PEM text itself'),
    });
    expect(error('postgres://h/?pgbouncer=true')).toMatchObject({
      message: expect.stringContaining('pgbouncer'),
    });
  });
});
