// What is refused, by its name and before anything is dialled. No message shows a value.
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/options/read-settings.ts';
import type { Discovery } from '../../src/options/settings.ts';
import type { ConnectOptions } from '../../src/types/options.ts';

const discovery = { openTopology: () => undefined } as unknown as Discovery;

function errorOf(run: () => unknown): { code: string; message: string; safeToRetry: boolean } {
  try {
    run();
  } catch (error) {
    if (isFairleadError(error)) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('malformed connection strings', () => {
  it.each([
    '',
    'mongo://h',
    'MONGODB://h',
    'http://h',
    'mongodb:/h',
    'mongodb://',
    'mongodb:///',
    'mongodb:///tmp/x.sock/',
    'mongodb://h::27017',
    'mongodb://::',
    'mongodb://h,h::',
    'mongodb://h,,i',
    'mongodb://h,',
    'mongodb://h:-1',
    'mongodb://h:0/',
    'mongodb://h:65536',
    'mongodb://h:99999999999',
    'mongodb://h:foo',
    'mongodb://[::1]:-1',
    'mongodb://[::1',
    'mongodb://[::g]',
    'mongodb://256.0.0.1',
    'mongodb://h h',
    'mongodb://u:p:q@h',
    'mongodb://u@@h',
    'mongodb://u@v:p@h',
    'mongodb://u/@h/db',
    'mongodb://u/v:p@h/db',
    'mongodb://u:p/q@h/db',
    'mongodb://u:1/4@h/db',
    'mongodb://u:p?q@h/db',
    'mongodb://u:p#q@h/db',
    'mongodb://u%fo:p@h',
    'mongodb://u%20%:p@h',
    'mongodb://u:%C3@h',
    'mongodb://@h',
    'mongodb://:@h',
    'mongodb://:p@h',
    'mongodb://u@h',
    'mongodb://h/a%2Fb',
    'mongodb://h/a%20b',
    'mongodb://h/%22',
    'mongodb://h/$external',
    'mongodb://h/a%5Cb',
    'mongodb://h/a%00',
    'mongodb://h/?w',
    'mongodb://h/?=1',
    'mongodb://h/?appName=%',
    'mongodb://h/?w=1#x',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/',
    'mongodb://rel%2Fmongodb.sock',
    'mongodb://mongodb-27017.sock',
    'mongodb+srv://a.example.com:27017',
    'mongodb+srv://a.example.com,b.example.com',
    'mongodb+srv://',
  ])('refuses %j', (url) => {
    expect(errorOf(() => readSettings(url, { discovery }))).toMatchObject({
      code: 'usage',
      safeToRetry: true,
    });
  });

  it('shows no part of what may be a password', () => {
    for (const url of [
      'mongodb://user:sec/ret@h',
      'mongodb://user:sec?ret@h',
      'mongodb://user:1/secret@h',
      'mongodb://user:sec@ret@h',
      'mongodb://user:x?a&sec-ret@h=1',
      'mongodb://user:sec%ret@h',
      'mongodb://user:sec:ret@h',
    ]) {
      expect(errorOf(() => readSettings(url)).message).not.toMatch(/sec|ret@/);
    }
  });
});

describe('parameters', () => {
  it.each<[query: string, name: string]>([
    ['foo=bar', 'foo'],
    ['fsync=true', 'fsync'],
    ['tls=1', 'tls'],
    ['tls=', 'tls'],
    ['ssl=yes', 'tls'],
    ['tls=true&ssl=false', 'tls'],
    ['ssl=false&tls=true', 'tls'],
    ['replicaSet=a&replicaSet=a', 'replicaSet'],
    ['replicaSet=', 'replicaSet'],
    ['wtimeout=5&wtimeoutMS=10', 'wTimeoutMS'],
    ['wtimeoutMS=-1', 'wTimeoutMS'],
    ['w=-2', 'w'],
    ['w=', 'w'],
    ['w=0&journal=true', 'writeConcern'],
    ['journal=maybe', 'journal'],
    ['connectTimeoutMS=-2', 'connectTimeoutMS'],
    ['connectTimeoutMS=1.5', 'connectTimeoutMS'],
    ['timeoutMS=invalid', 'timeoutMS'],
    ['retryWrites=invalid', 'retryWrites'],
    ['loadBalanced=1', 'loadBalanced'],
    ['directConnection=', 'directConnection'],
    ['authSource=', 'authSource'],
    ['readPreference=first', 'readPreference'],
    ['readPreference=Primary', 'readPreference'],
    ['readPreferenceTags=dc:ny', 'readPreference'],
    ['readPreference=nearest&readPreferenceTags=invalid', 'readPreferenceTags'],
    ['readPreference=primary&maxStalenessSeconds=90', 'readPreference'],
    ['readPreference=nearest&maxStalenessSeconds=89', 'maxStalenessSeconds'],
    ['readPreference=nearest&maxStalenessSeconds=-2', 'maxStalenessSeconds'],
    ['maxPoolSize=x', 'maxPoolSize'],
    ['maxConnecting=0', 'maxConnecting'],
    ['heartbeatFrequencyMS=-2', 'heartbeatFrequencyMS'],
    ['serverMonitoringMode=now', 'serverMonitoringMode'],
    ['zlibCompressionLevel=10', 'zlibCompressionLevel'],
    ['appName=a&appName=b', 'appName'],
    [`appName=${'x'.repeat(129)}`, 'appName'],
    ['srvMaxHosts=2', 'srvMaxHosts'],
    ['srvServiceName=x', 'srvServiceName'],
    ['directConnection=true&loadBalanced=true', 'loadBalanced'],
    ['loadBalanced=true&replicaSet=a', 'loadBalanced'],
    ['compressors=zlib', "@fairlead/mongodb/zlib'"],
    ['authMechanism=SCRAM-SHA-256', 'username'],
  ])('refuses %s', (query, name) => {
    const { code, message } = errorOf(() => readSettings(`mongodb://h/?${query}`));
    expect(code).toBe('usage');
    expect(message).toContain(name);
  });

  it.each([
    'tlsCAFile',
    'tlsCertificateKeyFile',
    'tlsCertificateKeyFilePassword',
    'tlsInsecure',
    'tlsAllowInvalidCertificates',
    'tlsAllowInvalidHostnames',
    'tlsDisableOCSPEndpointCheck',
    'tlsDisableCertificateRevocationCheck',
    'proxyHost',
    'proxyPort',
    'proxyUsername',
    'proxyPassword',
    'authMechanismProperties',
  ])('refuses %s, since no Worker can do it', (name) => {
    const { code, message } = errorOf(() => readSettings(`mongodb://h/?${name.toUpperCase()}=hunter2`));
    expect(code).toBe('policy');
    expect(message).toContain(`${name} is refused: `);
    expect(message).not.toContain('hunter2');
  });

  it.each(['GSSAPI', 'MONGODB-AWS', 'MONGODB-OIDC', 'MONGODB-CR', 'nonsense'])(
    'refuses the login %s',
    (mechanism) => {
      const { code, message } = errorOf(() => readSettings(`mongodb://u:p@h/?authMechanism=${mechanism}`));
      expect(code).toBe('policy');
      expect(message).toContain('authMechanism is refused: ');
    },
  );

  it('refuses other compressors than zlib', () => {
    expect(errorOf(() => readSettings('mongodb://h/?compressors=zstd,snappy')).code).toBe('policy');
  });

  it.each([
    'mongodb://a,b/?directConnection=true',
    'mongodb://a,b/?loadBalanced=true',
    'mongodb+srv://a.b.c/?directConnection=true',
    'mongodb+srv://a.b.c/?srvMaxHosts=2&replicaSet=x',
    'mongodb+srv://a.b.c/?srvMaxHosts=2&loadBalanced=true',
    'mongodb+srv://a.b.c/?srvMaxHosts=-1',
    'mongodb://u:p@h/?tls=false&authMechanism=PLAIN',
    'mongodb://h/?tls=false&authMechanism=MONGODB-X509',
    'mongodb://u:p@h/?authMechanism=MONGODB-X509',
    'mongodb://h/?authMechanism=MONGODB-X509&authSource=admin',
    'mongodb://h/?tlsCertificateKeyFile=-----BEGIN%20CERTIFICATE-----',
  ])('refuses %s', (url) => {
    expect(errorOf(() => readSettings(url, { discovery })).code).toBe('usage');
  });

  it('says what to import where SRV needs it', () => {
    const { code, message } = errorOf(() => readSettings('mongodb+srv://cluster.example.com'));
    expect(code).toBe('usage');
    expect(message).toContain("import { discovery } from '@fairlead/mongodb/discovery'");
  });
});

describe('options', () => {
  it('win over the connection string', () => {
    const url =
      'mongodb://u:p@a:1/db1?tls=true&readPreference=nearest&readPreferenceTags=a:b&w=1&timeoutMS=5&appName=x';
    const settings = readSettings(url, {
      hostname: 'b',
      port: 2,
      username: 'v',
      password: () => 'q',
      database: 'db2',
      tls: false,
      readPreference: 'secondary',
      writeConcern: { w: 'majority' },
      readConcern: { level: 'local' },
      timeoutMs: 6,
      connectTimeoutMs: 7,
      appName: undefined,
      serverApi: { version: '1', strict: true },
    });
    expect(settings).toMatchObject({
      seeds: [{ hostname: 'b', port: 2 }],
      credentials: { username: 'v', source: 'db1' },
      database: 'db2',
      tls: false,
      readPreference: { mode: 'secondary' },
      writeConcern: { w: 'majority' },
      readConcern: { level: 'local' },
      timeoutMs: 6,
      connectTimeoutMs: 7,
      appName: 'x',
      serverApi: { version: '1', strict: true },
    });
    expect(settings.readPreference.tags).toBeUndefined();
  });

  it('stand alone', () => {
    expect(readSettings({ hostname: 'h', username: 'u', password: 'p', database: 'shop' })).toMatchObject({
      seeds: [{ hostname: 'h', port: 27_017 }],
      credentials: { username: 'u', source: 'shop' },
      tls: true,
    });
    expect(readSettings('mongodb://a:5', { hostname: 'b' }).seeds).toEqual([{ hostname: 'b', port: 5 }]);
    expect(readSettings('mongodb+srv://a.b.c', { hostname: 'd.e.f', discovery }).srv?.hostname).toBe('d.e.f');
  });

  it.each<[options: unknown, name: string]>([
    [null, 'takes a URL, or an object'],
    [[], 'takes a URL, or an object'],
    [{}, 'hostname'],
    [{ hostname: '' }, 'host'],
    [{ hostname: 5 }, 'hostname'],
    [{ hostname: 'h', port: 0 }, 'port'],
    [{ hostname: 'h', port: 65_536 }, 'port'],
    [{ hostname: 'h', port: '1' }, 'port'],
    [{ hostname: 'h', tls: 'yes' }, 'tls'],
    [{ hostname: 'h', tls: { ca: '' } }, 'tls'],
    [{ hostname: 'h', username: 'u' }, 'password'],
    [{ hostname: 'h', username: '', password: 'p' }, 'username'],
    [{ hostname: 'h', password: 'p' }, 'username'],
    [{ hostname: 'h', username: 'u', password: 5 }, 'password'],
    [{ hostname: 'h', database: 'a/b' }, 'database'],
    [{ hostname: 'h', database: '' }, 'database'],
    [{ hostname: 'h', timeoutMs: 0 }, 'timeoutMs'],
    [{ hostname: 'h', connectTimeoutMs: -1 }, 'connectTimeoutMs'],
    [{ hostname: 'h', signal: {} }, 'signal'],
    [{ hostname: 'h', connector: {} }, 'connector'],
    [{ hostname: 'h', replicaSet: 5 }, 'replicaSet'],
    [{ hostname: 'h', retryReads: 'no' }, 'retryReads'],
    [{ hostname: 'h', serverApi: '1' }, 'serverApi'],
    [{ hostname: 'h', serverApi: { version: '2' } }, 'serverApi'],
    [{ hostname: 'h', serverApi: { version: '1', strict: 1 } }, 'strict'],
    [{ hostname: 'h', readPreference: 'first' }, 'readPreference'],
    [{ hostname: 'h', readPreference: { mode: 'nearest', tags: {} } }, 'tags'],
    [{ hostname: 'h', readPreference: { mode: 'nearest', tags: [{ a: 1 }] } }, 'tags'],
    [{ hostname: 'h', readPreference: { mode: 'primary', tags: [{ a: 'b' }] } }, 'primary'],
    [{ hostname: 'h', readPreference: { mode: 'nearest', maxStalenessSeconds: 5 } }, 'maxStaleness'],
    [{ hostname: 'h', readConcern: 'majority' }, 'readConcern'],
    [{ hostname: 'h', readConcern: { level: 5 } }, 'level'],
    [{ hostname: 'h', writeConcern: 1 }, 'writeConcern'],
    [{ hostname: 'h', writeConcern: { w: -1 } }, 'w must'],
    [{ hostname: 'h', writeConcern: { j: 'x' } }, 'j must'],
    [{ hostname: 'h', writeConcern: { w: 0, j: true } }, 'journal'],
    [{ hostname: 'h', discovery: true }, 'discovery'],
    [{ hostname: 'h', directConnection: true, loadBalanced: true }, 'loadBalanced'],
  ])('refuses %j', (options, name) => {
    const { code, message } = errorOf(() => readSettings(options as ConnectOptions));
    expect(code).toBe('usage');
    expect(message).toContain(name);
  });

  it('refuses a port for several hosts, and for SRV', () => {
    expect(errorOf(() => readSettings('mongodb://a,b', { port: 5 })).message).toContain('port');
    expect(errorOf(() => readSettings('mongodb+srv://a.b.c', { port: 5, discovery })).message).toContain(
      'port',
    );
  });
});
