// Bad input over HTTP: each case with its code, a piece of its message, and its status. Nothing of it reaches the server.
import { describe, expect, it } from 'vitest';
import { commandsOf, gatewayBefore, json, type Token } from '../support/gateway.ts';
import { MailServer, mailboxOf } from '../support/mail-server.ts';

interface Answer {
  readonly code: string;
  readonly detail: string;
}
const answered = async (response: Response) => {
  const { code, detail } = (await response.json()) as Answer;
  return [response.status, code, detail];
};

const OF_INBOX = { mailbox: 'INBOX', uidValidity: 7 };
const search = (criteria: unknown): [string, unknown] => ['/imap/search', { mailbox: 'INBOX', criteria }];
const deep = (levels: number): object => (levels === 0 ? { seen: true } : { not: deep(levels - 1) });

describe('JSON bodies', () => {
  it.each([
    ['/imap/search', {}, 400, 'invalid', 'body.mailbox'],
    ['/imap/search', { mailbox: '' }, 400, 'invalid', 'body.mailbox: is empty'],
    ['/imap/search', { mailbox: 'a*' }, 400, 'invalid', 'holds a wildcard (* or %)'],
    ['/imap/search', { mailbox: 'a%b' }, 400, 'invalid', 'holds a wildcard'],
    ['/imap/search', { mailbox: 'a\r\nA1 LOGOUT' }, 400, 'invalid', 'holds a control character'],
    ['/imap/search', { mailbox: 'a\0' }, 400, 'invalid', 'holds a control character'],
    ['/imap/search', { mailbox: '\ud800' }, 400, 'invalid', 'surrogate'],
    ['/imap/search', { mailbox: 'a'.repeat(1001) }, 400, 'invalid', 'longer than 1000 characters'],
    ['/imap/search', { mailbox: 'INBOX', extra: 1 }, 400, 'invalid', 'extra'],
    ['/imap/search', { mailbox: 'INBOX', limit: 0 }, 400, 'invalid', 'body.limit'],
    ['/imap/search', { mailbox: 'INBOX', limit: 1e9 }, 400, 'invalid', 'body.limit'],
    ['/imap/search', { mailbox: 'INBOX', before: 4294967296 }, 400, 'invalid', 'body.before'],
    ['/imap/search', { mailbox: 'INBOX', uidValidity: '7' }, 400, 'invalid', 'body.uidValidity'],
    [...search({ unknown: true }), 400, 'invalid', 'body.criteria'],
    [...search({ seen: 'yes' }), 400, 'invalid', 'body.criteria.seen'],
    [...search({ subject: 'a\r\nA1 LOGOUT' }), 400, 'invalid', 'body.criteria.subject'],
    [...search({ header: { 'X: a\r\n': 'b' } }), 400, 'invalid', 'body.criteria.header'],
    [...search({ since: '2026-02-31x' }), 400, 'invalid', 'must be a date as 2026-01-31'],
    [...search({ since: '2026-13-01' }), 400, 'invalid', 'is no date of the calendar'],
    [...search({ uid: '$' }), 400, 'invalid', 'body.criteria.uid'],
    [...search({ keyword: 'a) (b' }), 400, 'invalid', 'body.criteria.keyword'],
    [...search({ modSeq: '1 OR' }), 400, 'invalid', 'must be digits'],
    [...search({ or: [] }), 400, 'invalid', 'body.criteria.or'],
    [...search({ or: Array(101).fill({}) }), 400, 'invalid', 'body.criteria.or'],
    [...search({ not: { not: { subjekt: 'x' } } }), 400, 'invalid', 'body.criteria.not'],
    [...search(deep(100)), 413, 'limit', 'deep'],
    [...search(deep(40)), 400, 'usage', 'nested deeper'],
    [...search({ larger: 1.5 }), 400, 'invalid', 'body.criteria.larger'],
    ['/imap/flags', { ...OF_INBOX, uids: 1 }, 400, 'invalid', 'exactly one of add, remove and set'],
    ['/imap/flags', { ...OF_INBOX, uids: 1, add: [], set: [] }, 400, 'invalid', 'exactly one'],
    ['/imap/flags', { ...OF_INBOX, uids: 1, add: ['a b'] }, 400, 'invalid', 'must be a flag'],
    ['/imap/flags', { ...OF_INBOX, uids: 1, add: ['\\Seen)\r\nA1 X'] }, 400, 'invalid', 'must be a flag'],
    ['/imap/flags', { mailbox: 'INBOX', uids: 1, add: ['\\Seen'] }, 400, 'invalid', 'body.uidValidity'],
    ['/imap/flags', { ...OF_INBOX, uids: [], add: ['\\Seen'] }, 400, 'invalid', 'body.uids'],
    ['/imap/flags', { ...OF_INBOX, uids: '1:0', add: ['\\Seen'] }, 400, 'invalid', 'body.uids'],
    ['/imap/flags', { ...OF_INBOX, uids: 0, add: ['\\Seen'] }, 400, 'invalid', 'body.uids'],
    ['/imap/flags', { ...OF_INBOX, uids: 1, add: ['$x'], unchangedSince: '-1' }, 400, 'invalid', 'digits'],
    ['/imap/move', { ...OF_INBOX, uids: 1 }, 400, 'invalid', 'body.to'],
    ['/imap/move', { ...OF_INBOX, uids: 1, to: '*' }, 400, 'invalid', 'body.to: holds a wildcard'],
    ['/imap/move', { ...OF_INBOX, uids: '1;2', to: 'x' }, 400, 'invalid', 'body.uids'],
    ['/imap/delete', { ...OF_INBOX, uids: 1, permanently: 'yes' }, 400, 'invalid', 'body.permanently'],
    ['/imap/sync', { mailbox: 'INBOX', state: 'x' }, 400, 'invalid', 'is not one that this route has given'],
    ['/imap/sync', { mailbox: 'INBOX', state: '1.7.4.1.3:0' }, 400, 'invalid', 'body.state'],
    ['/imap/sync', { mailbox: 'INBOX', state: { uidValidity: 7 } }, 400, 'invalid', 'body.state'],
  ] as [string, unknown, number, string, string][])(
    '%s %j is %i %s: %s',
    async (path, body, status, code, detail) => {
      const server = new MailServer();
      const response = await gatewayBefore(server)(path, json(body));
      expect(await answered(response)).toEqual([status, code, expect.stringContaining(detail)]);
      expect(commandsOf(server).filter((line) => !line.startsWith('EXAMINE'))).toEqual([]);
    },
  );

  it('of another type are 415, and text is 400', async () => {
    const call = gatewayBefore(new MailServer());
    const other = await call('/imap/search', {
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(other.status).toBe(415);
    const broken = await call('/imap/search', { ...json({}), body: '{"mailbox":' });
    expect(await answered(broken)).toEqual([400, 'invalid', expect.any(String)]);
  });
});

describe('queries', () => {
  it.each([
    ['/imap/list?pattern=', 400, 'query.pattern'],
    ['/imap/list?pattern=a%0D%0AA1', 400, 'query.pattern'],
    ['/imap/list?status=messages,secrets', 400, 'query.status'],
    ['/imap/list?subscribed=1', 400, 'query.subscribed'],
    ['/imap/list?mailbox=INBOX', 400, 'mailbox'],
    ['/imap/list?unknown=1', 400, 'unknown'],
    ['/imap/messages', 400, 'query.mailbox'],
    ['/imap/messages?mailbox=*', 400, 'wildcard'],
    ['/imap/messages?mailbox=INBOX&uid=a', 400, 'query.uid'],
    ['/imap/messages?mailbox=INBOX&uid=$', 400, 'query.uid'],
    ['/imap/messages?mailbox=INBOX&uid=1&newest=1', 400, 'give one of them'],
    ['/imap/messages?mailbox=INBOX&newest=0', 400, 'query.newest'],
    ['/imap/messages?mailbox=INBOX&items=source', 400, 'query.items'],
    ['/imap/messages?mailbox=INBOX&uidValidity=-1', 400, 'query.uidValidity'],
    ['/imap/messages?mailbox=INBOX&mailbox=Other', 400, 'mailbox'],
    ['/imap/part?mailbox=INBOX', 400, 'query.uid'],
    ['/imap/part?mailbox=INBOX&uid=1:2', 400, 'query.uid'],
    ['/imap/part?mailbox=INBOX&uid=1&part=1]%0D%0A', 400, 'query.part'],
    ['/imap/part?mailbox=INBOX&uid=1&part=HEADER.FIELDS', 400, 'query.part'],
    [`/imap/part?mailbox=INBOX&uid=1&part=${'1.'.repeat(80)}1`, 400, 'query.part'],
    ['/imap/watch?mailbox=INBOX&pollSeconds=0', 400, 'query.pollSeconds'],
  ])('%s is %i: %s', async (path, status, detail) => {
    const server = new MailServer();
    const response = await gatewayBefore(server)(path);
    expect(await answered(response)).toEqual([status, 'invalid', expect.stringContaining(detail)]);
    expect(server.commands).toEqual([]);
  });

  it.each([
    ['/imap/append?mailbox=INBOX&flags=a(b', 'x', {}, 400, 'invalid', 'query.flags'],
    ['/imap/append?mailbox=INBOX&date=yesterday', 'x', {}, 400, 'invalid', 'query.date'],
    ['/imap/append?mailbox=a*', 'x', {}, 400, 'invalid', 'wildcard'],
    ['/imap/append?mailbox=INBOX', '', {}, 400, 'invalid', 'is empty'],
    ['/imap/append?mailbox=INBOX', 'x'.repeat(100_001), {}, 413, 'limit', 'maxBodyBytes'],
    ['/imap/append?mailbox=INBOX', 'x', { 'Content-Length': '9000000' }, 413, 'limit', 'maxStreamBytes'],
    ['/imap/append?mailbox=INBOX', 'a\0b', {}, 400, 'usage', 'NUL'],
  ] as [string, string, Record<string, string>, number, string, string][])(
    '%s with a body is refused',
    async (path, body, headers, status, code, detail) => {
      const server = new MailServer();
      const init = { method: 'POST', body, headers: { 'Content-Type': 'message/rfc822', ...headers } };
      const response = await gatewayBefore(server)(path, init);
      expect(await answered(response)).toEqual([status, code, expect.stringContaining(detail)]);
      expect(commandsOf(server)).toEqual([]);
    },
  );
});

describe('scopes', () => {
  it.each([
    ['/imap/list', {}, 'own'],
    ['/imap/flags', json({ ...OF_INBOX, uids: 1, add: ['\\Seen'] }), 'reader'],
    ['/imap/move', json({ ...OF_INBOX, uids: 1, to: 'Trash' }), 'reader'],
    ['/imap/delete', json({ ...OF_INBOX, uids: 1 }), 'reader'],
    ['/imap/append?mailbox=INBOX', { method: 'POST', body: 'x' }, 'reader'],
  ] as [string, RequestInit, Token][])('%s is not for every token', async (path, init, token) => {
    const server = new MailServer();
    const response = await gatewayBefore(server)(path, init, token);
    expect([response.status, ((await response.json()) as Answer).code]).toEqual([403, 'forbidden']);
    expect(server.commands).toEqual([]);
  });

  it('who may write may read', async () => {
    const response = await gatewayBefore(new MailServer())('/imap/messages?mailbox=INBOX', {}, 'writer');
    expect(response.status).toBe(200);
  });
});

describe('the mailboxes of an entry', () => {
  const settings = { mailboxes: ['INBOX', 'Archive/*', '*/Public/*/x'] };
  const get =
    (path: string) =>
    (name: string): [string, RequestInit] => [`${path}${encodeURIComponent(name)}`, {}];
  const asks: ((name: string) => [string, RequestInit])[] = [
    get('/imap/messages?mailbox='),
    get('/imap/part?uid=1&mailbox='),
    get('/imap/watch?mailbox='),
    (name) => ['/imap/search', json({ mailbox: name })],
    (name) => ['/imap/sync', json({ mailbox: name })],
    (name) => [`/imap/append?mailbox=${encodeURIComponent(name)}`, { method: 'POST', body: 'x' }],
    (name) => ['/imap/flags', json({ ...OF_INBOX, mailbox: name, uids: 1, add: ['\\Seen'] })],
    (name) => ['/imap/move', json({ ...OF_INBOX, uids: 1, to: name })],
    (name) => ['/imap/move', json({ ...OF_INBOX, mailbox: name, uids: 1, to: 'INBOX', copy: true })],
    (name) => ['/imap/delete', json({ ...OF_INBOX, mailbox: name, uids: 1, permanently: true })],
  ];

  it.each(
    [
      'Secret',
      'archive/x',
      'Archive',
      'Archive/../Secret',
      'Archive/..\\Secret',
      'INBOX/x',
      'a/Public/x',
    ].map((name) => [name]),
  )('do not hold %j', async (name) => {
    const server = new MailServer();
    const call = gatewayBefore(server, settings);
    for (const ask of asks) {
      const response = await call(...ask(name));
      expect(await answered(response)).toEqual([
        403,
        'policy',
        expect.stringContaining('not among those that this connection’s operator leaves to callers'),
      ]);
    }
    expect(server.commands).toEqual([]);
  });

  it.each(['inbox', 'Archive/2026', 'a/Public/b/x', 'a/Public/b/c/x'])('hold %j', async (name) => {
    const server = new MailServer();
    server.mailboxes.set(name, mailboxOf(1));
    const call = gatewayBefore(server, settings);
    const response = await call(`/imap/messages?mailbox=${encodeURIComponent(name)}`);
    expect(response.status).toBe(200);
  });

  it.each([
    [{ mailboxes: [] }],
    [{ mailboxes: ['a%'] }],
    [{ mailboxes: ['a\r\n'] }],
    [{ mailboxes: 'INBOX' }],
    [{ mailbox: ['INBOX'] }],
    [{ tls: 'maybe' }],
    [{ connector: 'x' }],
  ])('and all else of the entry %j must fit', async (wrong) => {
    const server = new MailServer();
    const response = await gatewayBefore(server, wrong)('/imap/list');
    expect(await answered(response)).toEqual([
      400,
      'usage',
      expect.stringContaining('The settings of connection "main" do not fit IMAP'),
    ]);
    expect(server.commands).toEqual([]);
  });
});

describe('a caller’s own server', () => {
  it.each([
    ['imaps://u:p@own.example.com', 200, undefined],
    ['imaps://u:p@other.example.com', 403, 'policy'],
    ['imaps://u:p@127.0.0.1', 403, 'policy'],
    ['imaps://u:p@own.example.com:25', 403, 'policy'],
    ['imaps://u:p@own.example.com/INBOX', 400, 'usage'],
    ['imaps://u:p@own.example.com?host=10.0.0.1', 400, 'usage'],
    ['http://own.example.com', 400, 'usage'],
  ])('%s is %i %s', async (url, status, code) => {
    const server = new MailServer();
    const response = await gatewayBefore(server)('/imap/list', { headers: { 'Fairlead-Url': url } }, 'own');
    expect([response.status, ((await response.json()) as Partial<Answer>).code]).toEqual([status, code]);
  });
});

describe('a server’s refusal', () => {
  it.each([
    ['NO [AUTHENTICATIONFAILED] bad ann', 'AUTHENTICATE', 502, 'auth'],
    ['NO [UNAVAILABLE] later', 'AUTHENTICATE', 503, 'server'],
    ['NO [NONEXISTENT] gone', 'EXAMINE', 404, 'server'],
    ['NO [NOPERM] not yours', 'EXAMINE', 403, 'server'],
    ['NO [INUSE] locked', 'EXAMINE', 503, 'server'],
    ['NO [LIMIT] too many', 'EXAMINE', 503, 'server'],
    ['NO just no', 'EXAMINE', 400, 'server'],
    ['BAD what', 'EXAMINE', 400, 'server'],
    ['NO [__PROTO__] x', 'EXAMINE', 400, 'server'],
  ])('%s to %s is %i %s', async (refusal, command, status, code) => {
    const server = new MailServer();
    server.hook = async (line, write) => {
      if (!line.startsWith(command)) return false;
      await write(`%T ${refusal}\r\n`);
      return true;
    };
    const response = await gatewayBefore(server)('/imap/messages?mailbox=INBOX');
    const text = await response.text();
    expect([response.status, (JSON.parse(text) as Answer).code]).toEqual([status, code]);
    expect(text).not.toMatch(/the-secret|hidden\.test/);
    if (code === 'auth') expect(text).not.toContain('ann');
  });
});
