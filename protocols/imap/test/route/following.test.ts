// Synchronising and watching over HTTP, against an honest server in memory and one that knows no IDLE.
import { describe, expect, it } from 'vitest';
import { commandsOf, gatewayBefore, json } from '../support/gateway.ts';
import { MailServer, mail, mailboxOf } from '../support/mail-server.ts';
import { all } from '../support/open.ts';

interface Synced {
  readonly changed: readonly { readonly uid: number }[];
  readonly state: string;
}

describe('sync', () => {
  it('tells everything, then what has changed', async () => {
    const server = new MailServer();
    const call = gatewayBefore(server);
    const first = (await (await call('/imap/sync', json({ mailbox: 'INBOX' }), 'reader')).json()) as Synced;
    expect(first).toMatchObject({ uidValidity: 7, vanished: '', isReset: false, state: '1.7.4.1.1:3' });
    expect(first.changed).toHaveLength(3);

    const box = server.mailboxes.get('INBOX');
    box?.messages[1]?.flags.add('\\Seen');
    if (box?.messages[1]) box.messages[1].modSeq = box.modSeq = 5;
    box?.messages.shift();
    box?.gone.push([1, 5]);
    const second = await call('/imap/sync', json({ mailbox: 'INBOX', state: first.state }));
    expect(await second.json()).toEqual({
      uidValidity: 7,
      changed: [{ uid: 2, flags: ['\\Seen'], isNew: false, modSeq: '5' }],
      vanished: '1',
      by: 'qresync',
      isReset: false,
      state: '1.7.4.5.2:3',
    });
  });

  it('begins anew where the mailbox was made anew', async () => {
    const call = gatewayBefore(new MailServer());
    const response = await call('/imap/sync', json({ mailbox: 'INBOX', state: '1.6.9.1.1:8' }));
    expect(await response.json()).toMatchObject({ isReset: true, vanished: '1:8', uidValidity: 7 });
  });

  it('comes as lines beyond the cap of a document, the last of them the state', async () => {
    const server = new MailServer();
    server.mailboxes.set('INBOX', mailboxOf(30));
    const call = gatewayBefore(server);
    const refused = await call('/imap/sync', json({ mailbox: 'INBOX' }));
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([413, 'limit']);
    const streamed = await call('/imap/sync', json({ mailbox: 'INBOX' }, { Accept: 'application/x-ndjson' }));
    const lines = (await streamed.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(31);
    expect(lines[0]).toEqual({ uid: 1, flags: [], isNew: true });
    expect(lines[30]).toMatchObject({ state: '1.7.31.1.1:30', vanished: '' });
  });
});

/** The events of a stream: type, id, data. */
async function* eventsOf(response: Response) {
  let text = '';
  if (response.body === null) return;
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      yield { event: field('event'), id: field('id'), data: JSON.parse(field('data') ?? 'null') as unknown };
    }
  }
}

/** One more message, told at once to who watches. */
function deliver(server: MailServer, subject: string): number {
  const box = server.mailboxes.get('INBOX');
  if (box === undefined) throw new Error('no INBOX');
  box.messages.push({ uid: box.uidNext++, flags: new Set(), modSeq: ++box.modSeq, source: mail(subject) });
  return box.messages.length;
}

/** While it idles, the server tells what `tell` returns, once for each round. */
function whileIdle(server: MailServer, rounds: (() => string)[]): void {
  server.hook = (line, write) => {
    const tell = line === 'IDLE' ? rounds.shift() : undefined;
    if (tell !== undefined) setTimeout(() => void write(tell()), 20);
    return false;
  };
}

describe('watch', () => {
  const path = '/imap/watch?mailbox=INBOX';
  const forMs = (ms: number, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
    headers: { 'Fairlead-Timeout-Ms': `${ms}`, ...headers },
  });

  it('opens, waits by IDLE, and says that its time is up', async () => {
    const server = new MailServer();
    const response = await gatewayBefore(server)(path, forMs(300), 'reader');
    expect(response.headers.get('Content-Type')).toBe('text/event-stream');
    const events = await all(eventsOf(response));
    expect(events).toEqual([
      { event: 'open', id: '7.3', data: { uidValidity: 7, exists: 3, isReset: false } },
      {
        event: 'end',
        id: undefined,
        data: { uidValidity: 7, exists: 3, reason: 'The request’s time is up' },
      },
    ]);
    expect(commandsOf(server)).toEqual([expect.stringMatching(/^EXAMINE/), 'IDLE', 'DONE']);
  });

  it('tells new mail, and that something else has changed', async () => {
    const server = new MailServer();
    whileIdle(server, [
      () => `* ${deliver(server, 'New')} EXISTS\r\n`,
      () => '* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (FLAGS (\\Seen))\r\n',
      () => {
        server.mailboxes.get('INBOX')?.messages.shift();
        return `* 1 EXPUNGE\r\n* ${deliver(server, 'Last')} EXISTS\r\n`;
      },
    ]);
    const response = await gatewayBefore(server)(path, forMs(900));
    const events = await all(eventsOf(response));
    expect(events.map(({ event, id, data }) => [event, id, (data as { exists?: number }).exists])).toEqual([
      ['open', '7.3', 3],
      ['mail', '7.4', undefined],
      ['changed', undefined, 4],
      ['mail', '7.5', undefined],
      ['changed', undefined, 4],
      ['end', undefined, 4],
    ]);
    expect(events[1]?.data).toMatchObject({ uid: 4, flags: [], envelope: { subject: 'New' } });
    expect(commandsOf(server).filter((line) => line === 'DONE')).toHaveLength(4);
  });

  it('ends as an error event where the server says goodbye', async () => {
    const server = new MailServer();
    whileIdle(server, [() => '* BYE [UNAVAILABLE] <b>restart</b>\r\n']);
    const response = await gatewayBefore(server)(path, forMs(900));
    const events = await all(eventsOf(response));
    expect(events.map(({ event }) => event)).toEqual(['open', 'error']);
    expect(events[1]?.data).toMatchObject({ code: 'server', status: 503 });
  });

  it('tells first what came since the last event', async () => {
    const server = new MailServer();
    const response = await gatewayBefore(server)(path, forMs(300, { 'Last-Event-ID': '7.1' }));
    const events = await all(eventsOf(response));
    expect(events.map(({ event, id }) => [event, id])).toEqual([
      ['open', '7.1'],
      ['mail', '7.2'],
      ['mail', '7.3'],
      ['end', undefined],
    ]);
    expect(events[1]?.data).toMatchObject({ uid: 2, uidValidity: 7, envelope: { subject: 'Subject 2' } });
  });

  it.each([
    ['6.1', true],
    ['7.3', false],
    ['7.99999999999', false],
    ['x\u00e9', false],
  ])('after the event %j: isReset is %j', async (id, isReset) => {
    const response = await gatewayBefore(new MailServer())(path, forMs(200, { 'Last-Event-ID': id }));
    const events = await all(eventsOf(response));
    expect(events.map(({ event }) => event)).toEqual(['open', 'end']);
    expect(events[0]).toMatchObject({ id: '7.3', data: { isReset } });
  });

  it('asks a server without IDLE now and then', async () => {
    const server = new MailServer();
    server.capabilities = server.capabilities.replace(' IDLE', '');
    server.hook = async (line, write) => {
      if (line !== 'NOOP' || commandsOf(server).filter((one) => one === 'NOOP').length > 1) return false;
      await write(`* ${deliver(server, 'Polled')} EXISTS\r\n%T OK\r\n`);
      return true;
    };
    const response = await gatewayBefore(server)(`${path}&pollSeconds=1`, forMs(2500));
    const events = await all(eventsOf(response));
    expect(events.map(({ event, id }) => [event, id])).toEqual([
      ['open', '7.3'],
      ['mail', '7.4'],
      ['end', undefined],
    ]);
    expect(commandsOf(server)).not.toContain('IDLE');
  });

  it('is no stream where the mailbox is none', async () => {
    const response = await gatewayBefore(new MailServer())('/imap/watch?mailbox=Nowhere', forMs(500));
    expect([response.status, response.headers.get('Content-Type')]).toEqual([
      404,
      'application/problem+json',
    ]);
  });
});
