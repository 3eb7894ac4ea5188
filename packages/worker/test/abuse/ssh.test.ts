// Abuse of SSH's and SFTP's routes: commands that are not listed, parameters that would be options or more than a word, paths that lead
// out, host keys that are missing.
import { expect, it } from 'vitest';
import { createGateway } from '../../src/index.ts';
import { type Attempt, as, ENV, post, refuses } from './gateway.ts';

const KEY = `SHA256:${'A'.repeat(43)}`;
const url = 'ssh://app:pa55word@ssh.secret-host.example';
const box = {
  url,
  fingerprint: KEY,
  root: '/srv/shop',
  commands: {
    restart: {
      run: 'systemctl restart {service}',
      params: { service: { type: 'text', enum: ['nginx', 'redis'] } },
    },
    find: {
      run: 'find {path} -maxdepth {depth}',
      params: { path: 'text', depth: { type: 'integer', min: 1, max: 9 } },
    },
    uptime: 'uptime',
  },
};
const env = {
  ...ENV,
  FAIRLEAD_TOKENS: [
    ...ENV.FAIRLEAD_TOKENS,
    { name: 'exec', token: 'exec-token', scopes: ['ssh:exec:box', 'sftp:read:box'] },
    { name: 'own', token: 'own-token', scopes: ['ssh:any:@', 'sftp:read:@'] },
  ],
  FAIRLEAD_CONNECTIONS: { ...ENV.FAIRLEAD_CONNECTIONS, box },
};
const withEntry = (entry: object) => ({ ...env, FAIRLEAD_CONNECTIONS: { box: { url, ...entry } } });

type Row = Omit<Attempt, 'path' | 'env'> & { readonly path?: string; readonly env?: object };
const rows = (list: readonly Row[]): Attempt[] => list.map((row) => ({ path: '/ssh/exec', env, ...row }));

const bad = (what: string, body: unknown, detail: RegExp, more: Partial<Row> = {}): Row => ({
  what,
  init: post(typeof body === 'string' ? body : JSON.stringify(body)),
  status: 400,
  code: 'invalid',
  detail,
  ...more,
});
const find = (params: unknown) => ({ command: 'find', params });

refuses(
  'commands over SSH',
  rows([
    bad('nothing to run', {}, /either "command", a name, or "run"/),
    bad('a name and a line', { command: 'uptime', run: 'id' }, /either "command"/),
    bad('parameters for a line', { run: 'id', params: {} }, /body\.params: is for "command"/),
    bad(
      'a command that is not listed',
      { command: 'id' },
      /no command "id" here; these are: restart, find, uptime/,
      {
        status: 404,
        code: 'not_found',
      },
    ),
    bad('a command of objects', { command: '__proto__' }, /no command "__proto__"/, {
      status: 404,
      code: 'not_found',
    }),
    bad(
      'a value that is not allowed',
      { command: 'restart', params: { service: 'sshd' } },
      /must be one of nginx, redis/,
    ),
    bad(
      'a value and a command',
      { command: 'restart', params: { service: 'nginx; id' } },
      /body\.params\.service: must be one of/,
    ),
    bad('no parameters', { command: 'restart' }, /body\.params\.service: is missing/),
    bad(
      'a parameter too many',
      { command: 'uptime', params: { x: 1 } },
      /body\.params\.x: is not known here; these are: none/,
    ),
    bad('a parameter of objects', '{"command":"uptime","params":{"__proto__":1}}', /__proto__: is not known/),
    bad(
      'an option as a value',
      find({ path: '-delete', depth: 1 }),
      /body\.params\.path: must not begin with "-"/,
    ),
    bad(
      'a line break in a value',
      find({ path: 'a\nid', depth: 1 }),
      /body\.params\.path: must hold no NUL, CR and LF/,
    ),
    bad('a carriage return in a value', find({ path: 'a\rid', depth: 1 }), /must hold no NUL, CR and LF/),
    bad('NUL in a value', find({ path: 'a\0', depth: 1 }), /must be text without a NUL/),
    bad('a value that is too long', find({ path: 'a'.repeat(1025), depth: 1 }), /at most 1024 characters/),
    bad('a list as a value', find({ path: ['a'], depth: 1 }), /must be text/),
    bad(
      'text as a number',
      find({ path: 'a', depth: '1; id' }),
      /body\.params\.depth: must be a whole number/,
    ),
    bad('a number out of bounds', find({ path: 'a', depth: 10 }), /must be 9 or less/),
    bad('a number below zero', find({ path: 'a', depth: -1 }), /must be 1 or more/),
    bad('half of a number', find({ path: 'a', depth: 1.5 }), /must be a whole number/),
    bad('a list of parameters', { command: 'uptime', params: [] }, /must be an object of parameters by name/),
    bad(
      'input that is not read',
      { command: 'uptime', stdin: 'x' },
      /body\.stdin: is not read by the command "uptime"/,
    ),
    bad('input that is no base64', { run: 'cat', stdin: { base64: '*' } }, /body\.stdin/),
    bad('an encoding that is none', { run: 'id', encoding: 'hex' }, /body\.encoding/),
    bad('a line with NUL', { run: 'id\0' }, /body\.run: must hold no NUL/),
    bad('an empty line', { run: '' }, /body\.run/),
    bad('a member that is not known', { run: 'id', shell: 'sh' }, /shell/),
    bad('a member twice', '{"run":"id","run":"ls"}', /body\.run: stands more than once/),
    bad('no JSON', 'run=id', /JSON/),
    bad('no content type', { run: 'id' }, /application\/json/, {
      init: post('{"run":"id"}', { 'Content-Type': 'text/plain' }),
      status: 415,
      code: 'unsupported_media_type',
    }),
    bad('a query', { run: 'id' }, /query\.run: is not known here/, { path: '/ssh/exec?run=id' }),
    bad(
      'another protocol’s connection',
      { command: 'uptime', connection: 'main' },
      /no ssh connection named "main"/,
      {
        status: 404,
        code: 'not_found',
      },
    ),
  ]),
);

const posted = (token: string, body: object, headers: Record<string, string> = {}) => {
  const { headers: own } = as(token, { 'Content-Type': 'application/json', ...headers });
  return { method: 'POST', body: JSON.stringify(body), headers: own ?? {} };
};
const needs = (what: string, scope: string, path: string, init: RequestInit): Row => ({
  what,
  path,
  init,
  status: 403,
  code: 'forbidden',
  detail: new RegExp(`lacks the scope ${scope}`),
});

refuses(
  'tokens for SSH',
  rows([
    needs(
      'a line by the right to commands',
      'ssh:any:box',
      '/ssh/exec',
      posted('exec-token', { run: 'id', connection: 'box' }),
    ),
    needs(
      'a shell by the right to commands',
      'ssh:shell:box',
      '/ssh/shell?connection=box',
      as('exec-token', { Upgrade: 'websocket' }),
    ),
    needs('an upload by the right to read', 'sftp:write:box', '/sftp/put?path=x&connection=box', {
      method: 'PUT',
      body: 'x',
      ...as('exec-token'),
    }),
    needs(
      'a removal by the right to read',
      'sftp:write:box',
      '/sftp/remove',
      posted('exec-token', { path: 'x', connection: 'box' }),
    ),
    needs(
      'a reader of databases',
      'ssh:exec:box',
      '/ssh/exec',
      posted('reader-token', { command: 'uptime', connection: 'box' }),
    ),
    needs('files by no right', 'sftp:read:box', '/sftp/list?path=/&connection=box', as('nobody-token')),
    {
      what: 'a page of another origin',
      path: '/ssh/shell?connection=box',
      init: as('all-token', { Upgrade: 'websocket', Origin: 'https://evil.example' }),
      status: 403,
      code: 'forbidden',
      detail: /origin/,
    },
  ]),
);

const OWN = { 'Fairlead-Url': 'ssh://root:pa55word@host.example.com' };
const own = (
  what: string,
  headers: Record<string, string>,
  detail: RegExp,
  more: Partial<Row> = {},
): Row => ({
  what,
  init: posted('own-token', { run: 'id' }, headers),
  status: 400,
  code: 'invalid',
  detail,
  ...more,
});
const get = (what: string, path: string, detail: RegExp, more: Partial<Row> = {}): Row => ({
  what,
  path,
  init: as('all-token', { 'Fairlead-Connection': 'box' }),
  status: 400,
  code: 'invalid',
  detail,
  ...more,
});
const usage = { code: 'usage' };

refuses(
  'host keys and addresses of SSH',
  rows([
    own('a server of one’s own without its host key', OWN, /needs its host key: Fairlead-Host-Key/),
    own('a host key that is none', { ...OWN, 'Fairlead-Host-Key': 'any' }, /The host key is malformed/),
    own(
      'two host keys',
      { ...OWN, 'Fairlead-Host-Key': `${KEY}, ${KEY}` },
      /Fairlead-Host-Key: stands more than once/,
    ),
    own(
      'a URL of another scheme',
      { ...OWN, 'Fairlead-Url': 'sftp://a@host.example.com' },
      /of scheme ssh:/,
      usage,
    ),
    own('a URL that is none', { 'Fairlead-Url': 'host.example.com' }, /must be a URL/, usage),
    own('a private address', { 'Fairlead-Url': 'ssh://a@10.0.0.1' }, /10\.0\.0\.1/, {
      status: 403,
      code: 'policy',
    }),
    own('a name of a server inside', { 'Fairlead-Url': 'ssh://a@localhost' }, /localhost/, {
      status: 403,
      code: 'policy',
    }),
    own(
      'a second host in the query',
      { 'Fairlead-Url': 'ssh://a@host.example.com?host=other' },
      /must not hold/,
      usage,
    ),
    {
      ...get('a host key for a named connection', '/ssh/exec', /has a host key of its own/),
      init: post('{"command":"uptime"}', { 'Fairlead-Connection': 'box', 'Fairlead-Host-Key': KEY }),
    },
    get('an entry without a host key', '/sftp/list?path=/', /needs the server’s host key/, {
      ...usage,
      env: withEntry({ root: '/' }),
    }),
    get(
      'an entry with two kinds of host keys',
      '/sftp/list?path=/',
      /fingerprint and insecureAcceptAnyHostKey/,
      {
        ...usage,
        env: withEntry({ root: '/', fingerprint: KEY, insecureAcceptAnyHostKey: true }),
      },
    ),
    get('an entry whose command quotes a parameter', '/sftp/list?path=/', /in quotation marks/, {
      ...usage,
      env: withEntry({ fingerprint: KEY, commands: { x: { run: 'echo "{a}"', params: { a: 'text' } } } }),
    }),
    get('an entry without a root', '/sftp/list?path=/', /names no "root"/, {
      status: 403,
      code: 'policy',
      env: withEntry({ fingerprint: KEY }),
    }),
  ]),
);

const sent = (what: string, path: string, body: unknown, detail: RegExp): Row => ({
  ...bad(what, body, detail, { path }),
});

refuses(
  'files over SFTP',
  rows([
    get('no path', '/sftp/get', /query\.path/),
    get('a path upwards', '/sftp/get?path=../etc/passwd', /query\.path: must hold no "\.\."/),
    get('a path upwards, encoded', '/sftp/get?path=a/%2e%2e/%2e%2e/etc', /must hold no "\.\."/),
    get('a path upwards by backslashes', '/sftp/get?path=a%5C..%5C..%5Cwindows', /must hold no "\.\."/),
    get('a path with NUL', '/sftp/stat?path=a%00b', /must hold no NUL/),
    get('a path that is too long', `/sftp/list?path=${'a/'.repeat(3000)}`, /at most 4096 characters/),
    get('two paths', '/sftp/list?path=a&path=b', /query\.path: stands more than once/),
    get(
      'a parameter that is not known',
      '/sftp/list?path=/&recursive=true',
      /query\.recursive: is not known here/,
    ),
    get('a flag that is none', '/sftp/stat?path=/&follow=yes', /query\.follow/),
    {
      ...get('a mode that is none', '/sftp/put?path=x&mode=rw', /query\.mode: is not a mode/),
      init: { method: 'PUT', body: 'x', ...as('all-token') },
    },
    sent('a folder upwards', '/sftp/mkdir', { path: 'a/../../b' }, /body\.path: must hold no/),
    sent('a mode with digits that are none', '/sftp/mkdir', { path: 'a', mode: '0999' }, /body\.mode/),
    sent('a name upwards', '/sftp/rename', { from: 'a', to: '../b' }, /body\.to: must hold no/),
    sent('no new name', '/sftp/rename', { from: 'a' }, /body\.to/),
    sent('a list of paths', '/sftp/remove', { path: ['a', 'b'] }, /body\.path/),
    sent('a flag as text', '/sftp/remove', { path: 'a', recursive: 'true' }, /body\.recursive/),
    {
      ...sent('a form', '/sftp/remove', 'path=a', /application\/json/),
      init: post('path=a', { 'Content-Type': 'application/x-www-form-urlencoded' }),
      status: 415,
      code: 'unsupported_media_type',
    },
    get('a shell without a WebSocket', '/ssh/shell', /A shell is a WebSocket/, {
      status: 426,
      code: 'upgrade_required',
    }),
    get('a shell of no columns', '/ssh/shell?columns=0', /query\.columns/),
    get('a terminal with a space', '/ssh/shell?term=a%20b', /query\.term: is not the name of a terminal/),
    {
      ...get(
        'a shell for longer than shells live',
        '/ssh/shell?seconds=9999999',
        /query\.seconds: must be from 1 to 3600/,
      ),
      init: as('all-token', { 'Fairlead-Connection': 'box', Upgrade: 'websocket' }),
    },
    {
      ...get('a GET of a command', '/ssh/exec', /is not allowed here/),
      status: 405,
      code: 'method_not_allowed',
    },
    {
      ...get('a POST of a file', '/sftp/put?path=x', /is not allowed here/),
      init: post('{}'),
      status: 405,
      code: 'method_not_allowed',
    },
  ]),
);

it('tells neither commands nor keys in /settings', async () => {
  const gateway = createGateway({ connector: () => Promise.reject(new Error('dialled')) });
  const privateKey = '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n';
  const settings = { ...env, FAIRLEAD_CONNECTIONS: { box: { ...box, privateKey } } };
  const response = await gateway.request('/settings', as('all-token'), settings);
  const { connections } = JSON.parse(await response.text());
  expect(connections[0].options).toMatchObject({
    fingerprint: KEY,
    root: '/srv/shop',
    privateKey: '***',
    commands: { restart: { run: '***', params: { service: { type: '***', enum: ['***', '***'] } } } },
  });
});
