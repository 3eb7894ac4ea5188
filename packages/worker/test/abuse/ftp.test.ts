// Abuse of files by FTP: paths, bodies, scopes and addresses that are refused before anything is dialled.
import { type Attempt, as, post, refuses } from './gateway.ts';

const ENV = {
  FAIRLEAD_TOKENS: [
    { name: 'all', token: 'all-token', scopes: ['*'] },
    { name: 'reader', token: 'reader-token', scopes: ['ftp:read:files'] },
    {
      name: 'nobody',
      token: 'nobody-token',
      scopes: ['ftp:write:wrong', 'sftp:read:files', 'ftp:list:files'],
    },
  ],
  FAIRLEAD_CONNECTIONS: {
    files: { url: 'ftp://app:pa55word@ftp.secret-host.example', root: '/srv/shop' },
    wrong: { url: 'ftp://app:pa55word@ftp.secret-host.example', rooot: '/srv' },
    up: { url: 'ftp://app:pa55word@ftp.secret-host.example', root: '/srv/../etc' },
    deep: { url: 'ftp://app:pa55word@ftp.secret-host.example/srv' },
    plain: { url: 'ftps://app:pa55word@ftp.secret-host.example', tls: false },
    main: 'postgres://app:pa55word@db.secret-host.example/shop',
  },
  FAIRLEAD_TARGETS: ['*:21', '0.0.0.0/0:*', '[::]/0:*'],
  FAIRLEAD_LIMITS: { maxBodyBytes: 10_000, maxStreamBytes: 20_000, maxTimeoutMs: 5000 },
};

const at = encodeURIComponent;
const base = { env: ENV, status: 400, code: 'invalid' } as const;

const get = (what: string, query: string, detail: RegExp): Attempt => ({
  ...base,
  what,
  path: `/ftp/get?connection=files&${query}`,
  init: as('all-token'),
  detail,
});

refuses('paths of downloads', [
  get('no path', '', /query\.path/),
  get('an empty path', 'path=', /query\.path/),
  get('two paths', 'path=a&path=b', /query\.path: stands more than once/),
  get('a path in a list', 'path[]=a', /query\.path\[\]: is not known here/),
  get('another parameter of the upload', 'path=a&offset=3', /offset/),
  get('a parameter of the upload', 'path=a&atomic=true', /atomic/),
  get('the root', 'path=/', /query\.path: names the root itself/),
  get('the root in other words', 'path=.//./', /names the root itself/),
  get('the folder above', 'path=..', /leads upwards/),
  get('a folder above, from below', 'path=/a/../../b', /leads upwards/),
  get('a folder above, encoded', 'path=%2e%2e%2fetc', /leads upwards/),
  get('a folder above, for Windows', `path=${at('..\\etc')}`, /leads upwards/),
  get('a folder above, with a space', `path=${at('.. /etc')}`, /leads upwards/),
  get('a second command', `path=${at('a\r\nDELE b')}`, /query\.path: holds a control character/),
  get('a line feed', `path=${at('a\nb')}`, /control character/),
  get('a NUL', 'path=a%00b', /control character/),
  get('an escape', `path=${at('\u001b[2J')}`, /control character/),
  get('a control character of the second kind', `path=${at('\u0085')}`, /control character/),
  get('bytes that are no UTF-8', 'path=%ff', /percent-encoded UTF-8/),
  get('an overlong encoding of the dots', 'path=%c0%ae%c0%ae/x', /percent-encoded UTF-8/),
  get('half of a percent-encoding', 'path=%', /percent-encoded UTF-8/),
  get('a very long path', `path=${'x'.repeat(4097)}`, /longer than 4096 characters/),
]);

const json = (what: string, path: string, body: unknown, detail: RegExp): Attempt => ({
  ...base,
  what,
  path,
  init: () => post(typeof body === 'string' ? body : JSON.stringify(body)),
  detail,
});

refuses('bodies', [
  json('a listing of a number', '/ftp/list', { connection: 'files', path: 1 }, /body\.path/),
  json(
    'a listing of the folder above',
    '/ftp/list',
    { connection: 'files', path: '/..' },
    /body\.path: leads upwards/,
  ),
  json(
    'a listing with a second command',
    '/ftp/list',
    { connection: 'files', path: 'a\r\nSTOR b' },
    /control character/,
  ),
  json('a listing with half of a pair', '/ftp/list', '{"connection":"files","path":"\\ud800"}', /surrogate/),
  json('an unknown member', '/ftp/list', { connection: 'files', paths: '/' }, /paths/),
  json('a path twice', '/ftp/list', '{"path":"a","path":"b"}', /path/),
  json('no JSON', '/ftp/list', 'path=/', /JSON/),
  json('an entry without a path', '/ftp/stat', { connection: 'files' }, /body\.path/),
  json('the root as an entry', '/ftp/stat', { connection: 'files', path: '/' }, /names the root itself/),
  json('a directory above', '/ftp/mkdir', { connection: 'files', path: '../x' }, /leads upwards/),
  json(
    'a directory, perhaps',
    '/ftp/mkdir',
    { connection: 'files', path: 'x', recursive: 1 },
    /body\.recursive/,
  ),
  json('a move from nowhere', '/ftp/rename', { connection: 'files', to: 'x' }, /body\.from/),
  json(
    'a move upwards',
    '/ftp/rename',
    { connection: 'files', from: 'x', to: '../x' },
    /body\.to: leads upwards/,
  ),
  json(
    'a move from above',
    '/ftp/rename',
    { connection: 'files', from: '../x', to: 'x' },
    /body\.from: leads upwards/,
  ),
  json(
    'a move of the root',
    '/ftp/rename',
    { connection: 'files', from: '/', to: 'x' },
    /body\.from: names the root/,
  ),
  json(
    'the end of the root',
    '/ftp/delete',
    { connection: 'files', path: '/', kind: 'tree' },
    /names the root/,
  ),
  json(
    'the end of the tree above',
    '/ftp/delete',
    { connection: 'files', path: 'a/..', kind: 'tree' },
    /leads upwards/,
  ),
  json('a kind that is none', '/ftp/delete', { connection: 'files', path: 'a', kind: 'all' }, /body\.kind/),
  {
    ...json('a form', '/ftp/list', 'path=a', /application\/json/),
    init: () => post('path=a', { 'Content-Type': 'application/x-www-form-urlencoded' }),
    status: 415,
    code: 'unsupported_media_type',
  },
]);

const put = (what: string, query: string, detail: RegExp, init: RequestInit = {}): Attempt => ({
  ...base,
  what,
  path: `/ftp/put?connection=files&${query}`,
  init: () => ({ method: 'PUT', body: 'x', ...as('all-token'), ...init }),
  detail,
});

refuses('uploads', [
  put('no path', '', /query\.path/),
  put('the root', 'path=/', /names the root itself/),
  put('a file above', 'path=../x', /leads upwards/),
  put('a second command', `path=${at('x\r\nRNFR y')}`, /control character/),
  put('an answer that is neither', 'path=x&atomic=perhaps', /query\.atomic/),
  {
    ...put('an encoding', 'path=x', /Content-Encoding/, as('all-token', { 'Content-Encoding': 'gzip' })),
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    ...put('POST in place of PUT', 'path=x', /is not allowed here/, { method: 'POST' }),
    status: 405,
    code: 'method_not_allowed',
    headers: { Allow: /PUT/ },
  },
]);

const scope = (
  what: string,
  path: string,
  token: string,
  needs: RegExp,
  init: RequestInit = {},
): Attempt => ({
  ...base,
  what,
  path,
  init: { ...as(token, { 'Content-Type': 'application/json' }), ...init },
  status: 403,
  code: 'forbidden',
  detail: needs,
});
const body = (value: object): RequestInit => ({ method: 'POST', body: JSON.stringify(value) });
const x = { connection: 'files', path: 'x' };

refuses('scopes', [
  scope('a reader that writes', '/ftp/put?path=x&connection=files', 'reader-token', /ftp:write:files/, {
    method: 'PUT',
    body: 'x',
  }),
  scope('a reader that makes', '/ftp/mkdir', 'reader-token', /ftp:write:files/, body(x)),
  scope('a reader that deletes', '/ftp/delete', 'reader-token', /ftp:write:files/, body(x)),
  scope('a reader elsewhere', '/ftp/get?path=x&connection=wrong', 'reader-token', /ftp:read:wrong/),
  scope('a reader by SFTP that reads', '/ftp/get?path=x&connection=files', 'nobody-token', /ftp:read:files/),
  scope('a writer elsewhere that lists', '/ftp/list', 'nobody-token', /ftp:read:files/, body(x)),
]);

const own = (what: string, url: string, detail: RegExp, status = 400, code = 'usage'): Attempt => ({
  ...base,
  what,
  path: '/ftp/get?path=x',
  init: as('all-token', { 'Fairlead-Url': url }),
  status,
  code,
  detail,
});

refuses('addresses and connections', [
  own('a loopback address', 'ftp://a:b@127.0.0.1', /loopback/, 403, 'policy'),
  own('a metadata address', 'ftp://a:b@169.254.169.254', /169\.254\.169\.254/, 403, 'policy'),
  own('a port that is not allowed', 'ftp://a:b@files.example.com:6379', /not among/, 403, 'policy'),
  own('another scheme', 'sftp://a:b@files.example.com', /scheme ftp: ftps:/),
  own('a URL with a path', 'ftp://a:b@files.example.com/etc', /without a path or query/),
  own('a user without a password', 'ftp://root@files.example.com', /needs a password/),
  own('a second URL', 'ftp://a:b@files.example.com, ftp://c:d@x.example.com', /more than once/),
  {
    ...get('another protocol’s connection', 'path=x', /"main"/),
    path: '/ftp/get?path=x&connection=main',
    status: 404,
    code: 'not_found',
  },
  {
    ...get('a connection with a misspelt root', 'path=x', /connection "wrong" do not fit FTP/),
    path: '/ftp/get?path=x&connection=wrong',
    code: 'usage',
  },
  {
    ...get('a connection whose root leads up', 'path=x', /root: must be an absolute path/),
    path: '/ftp/get?path=x&connection=up',
    code: 'usage',
  },
  {
    ...get('a connection whose URL has a path', 'path=x', /without a path or query/),
    path: '/ftp/get?path=x&connection=deep',
    code: 'usage',
  },
  {
    ...get('a connection that contradicts itself', 'path=x', /ftps: is TLS from the first byte/),
    path: '/ftp/get?path=x&connection=plain',
    code: 'usage',
  },
]);
