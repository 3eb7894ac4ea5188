// What a session knows and tells: channels kept current, events, batches, lag, floods; without a socket or a clock.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import type { Answer, IrcEvent } from '../src/index.ts';
import { Session } from '../src/session.ts';
import type { SessionOptions } from '../src/session-options.ts';
import { ALL_CAPS, WELCOME } from './wire.ts';

/** A registered session, its events, and its time, which the test advances. */
function start(caps = '', options: Partial<SessionOptions> = {}) {
  const events: IrcEvent[] = [];
  let registered = 0;
  const session = new Session(
    { nick: 'me', ...options },
    {
      tls: true,
      hasSasl: false,
      chooseMechanism: () => '',
      challenge: () => {},
      loggedIn: () => {},
      sts: () => false,
      event: (event) => events.push(event),
      registered: () => registered++,
    },
  );
  session.begin(0);
  session.receive(`:irc.test CAP * LS :${caps}`, 0);
  if (caps !== '') session.receive(`:irc.test CAP me ACK :${caps}`, 0);
  for (const line of WELCOME) session.receive(line, 0);
  session.output(0);
  expect(registered).toBe(1);
  events.length = 0;
  const clock = { now: 0 };
  const get = (...all: string[]): IrcEvent[] => {
    events.length = 0;
    for (const line of all) session.receive(line, clock.now);
    return events.slice();
  };
  return { session, events, clock, get, roster: session.standing.roster };
}

const members = ({ roster }: ReturnType<typeof start>, channel: string) =>
  Object.fromEntries([...(roster.channel(channel)?.members ?? [])].map(([key, { modes }]) => [key, modes]));

/** In #a with alice (op), bob (voice) and carol. */
function joined(caps = ALL_CAPS, options: Partial<SessionOptions> = {}) {
  const all = start(caps, options);
  all.get(
    ':me!~me@host.test JOIN #a * :Me',
    ':irc.test 332 me #a :The topic',
    ':irc.test 353 me = #a :me @+alice!al@one.test',
    ':irc.test 353 me = #a :+bob!b@two.test carol!c@three.test',
    ':irc.test 366 me #a :End of NAMES',
  );
  return all;
}

describe('channels', () => {
  it('knows who is in a channel, with which modes, and its topic', () => {
    const all = joined();
    expect(members(all, '#A')).toEqual({ me: '', alice: 'ov', bob: 'v', carol: '' });
    expect(all.roster.channel('#a')).toMatchObject({ name: '#a', topic: 'The topic', complete: true });
    expect(all.roster.user('BOB')).toMatchObject({ nick: 'bob', user: 'b', host: 'two.test' });
  });

  it('keeps it current', () => {
    const all = joined();
    all.get(
      ':dave!d@four.test JOIN #a davesaccount :Dave D',
      ':alice!al@one.test MODE #a +o-v+ntk bob bob secret',
      ':carol!c@three.test NICK CAROL2',
      ':irc.test 324 me #a +ntk secret',
      ':alice!al@one.test TOPIC #a :New topic',
    );
    expect(members(all, '#a')).toEqual({ me: '', alice: 'ov', bob: 'o', dave: '', carol2: '' });
    expect(all.roster.user('dave')).toMatchObject({ account: 'davesaccount', realname: 'Dave D' });
    expect(Object.fromEntries(all.roster.channel('#a')?.modes ?? [])).toEqual({ n: '', t: '', k: 'secret' });
    expect(all.roster.channel('#a')?.topic).toBe('New topic');
    all.get(
      ':bob!b@two.test PART #a :bye',
      ':alice!al@one.test KICK #a dave :out',
      ':CAROL2!c@three.test QUIT :gone',
    );
    all.get(':alice!al@one.test MODE #a -tk+l * 5', ':alice!al@one.test MODE #a +b-l *!*@bad');
    expect(members(all, '#a')).toEqual({ me: '', alice: 'ov' });
    expect(Object.fromEntries(all.roster.channel('#a')?.modes ?? [])).toEqual({ n: '' });
    for (const gone of ['bob', 'dave', 'carol2', 'carol']) expect(all.roster.user(gone)).toBeUndefined();
  });

  it('keeps what is known of users current', () => {
    const all = joined();
    all.get(
      ':bob!b@two.test ACCOUNT bobby',
      ':bob!b@two.test AWAY :lunch',
      ':bob!b@two.test CHGHOST bee cloak.test',
      ':bob!bee@cloak.test SETNAME :Robert',
    );
    expect(all.roster.user('bob')).toEqual({
      nick: 'bob',
      user: 'bee',
      host: 'cloak.test',
      account: 'bobby',
      realname: 'Robert',
      away: 'lunch',
    });
    all.get(':bob!bee@cloak.test ACCOUNT *', ':bob!bee@cloak.test AWAY');
    expect(all.roster.user('bob')).toMatchObject({ account: undefined, away: undefined });
    all.get('@account=robert :bob!bee@cloak.test PRIVMSG #a :hi');
    expect(all.roster.user('bob')?.account).toBe('robert');
    all.get(':irc.test 352 me #a u h.test irc.test bob G@ :0 Bob B');
    expect(all.roster.user('bob')).toMatchObject({ user: 'u', host: 'h.test', realname: 'Bob B', away: '' });
    all.get(':irc.test 352 me #a u h.test irc.test bob H@ :0 Bob B');
    expect(all.roster.user('bob')?.away).toBeUndefined();
  });

  it('lets go of a channel that it has left, and of whom it knew from there alone', () => {
    for (const line of [
      ':me!~me@host.test PART #a',
      ':alice!a@h KICK #a ME :out',
      ':me!~me@host.test PART #A :bye',
    ]) {
      const all = joined();
      all.get(
        ':me!~me@host.test JOIN #b',
        ':irc.test 353 me @ #b :@me bob',
        ':irc.test 366 me #b :End',
        line,
      );
      expect([...all.roster.channels.keys()]).toEqual(['#b']);
      expect(all.roster.user('alice')).toBeUndefined();
      expect(all.roster.user('bob')).toBeDefined();
    }
  });

  it('takes a second list of members for the whole truth', () => {
    const all = joined();
    all.get(':irc.test 353 me = #a :me @bob', ':irc.test 366 me #a :End');
    expect(members(all, '#a')).toEqual({ me: '', bob: 'o' });
    expect(all.roster.user('carol')).toBeUndefined();
  });

  it('knows names by the server’s casemapping', () => {
    const all = joined();
    all.get(':irc.test 353 me = #a :me nick[]', ':irc.test 366 me #a :End', ':NICK{}!n@h QUIT :x');
    expect(members(all, '#a')).toEqual({ me: '' });
    const ascii = start();
    ascii.get(
      ':irc.test 005 me CASEMAPPING=ascii :are',
      ':me!m@h JOIN #x',
      ':irc.test 353 me = #x :me n[] n{}',
    );
    expect(Object.keys(members(ascii, '#X'))).toEqual(['me', 'n[]', 'n{}']);
  });

  it('follows its own nick', () => {
    const all = joined();
    const [event] = all.get(':me!~me@host.test NICK :you');
    expect([event?.type, all.session.standing.nick]).toEqual(['nick', 'you']);
    expect(all.get(':me!x@y PRIVMSG #a :hi')).toMatchObject([{ self: false }]);
    expect(all.get(':YOU!x@y PRIVMSG #a :hi')).toMatchObject([{ self: true }]);
    expect(members(all, '#a')).toHaveProperty('you');
  });

  it('joins a channel of a thousand, and keeps it current', () => {
    const all = start(ALL_CAPS);
    all.get(':me!~me@host.test JOIN #big * :Me');
    const nicks = Array.from({ length: 1000 }, (_, n) => `user${n}`);
    for (let at = 0; at < 1000; at += 10) {
      all.get(
        `:irc.test 353 me = #big :${nicks
          .slice(at, at + 10)
          .map((nick, n) => `${n % 3 ? '' : '@'}${nick}!u@host${at}.test`)
          .join(' ')}`,
      );
    }
    all.get(':irc.test 353 me = #big :me', ':irc.test 366 me #big :End');
    const channel = all.roster.channel('#big');
    expect(channel?.members.size).toBe(1001);
    const random = seededRandom(5);
    const model = new Map<string, string>([
      ['me', ''],
      ...nicks.map((nick, n): [string, string] => [nick, (n % 10) % 3 ? '' : 'o']),
    ]);
    let count = 1000;
    for (let round = 0; round < 20_000; round++) {
      const present = [...model.keys()].filter((nick) => nick !== 'me');
      const nick = present[Math.floor(random() * present.length)] ?? 'user0';
      const source = `:${nick}!u@h`;
      const kind = Math.floor(random() * 6);
      if (kind === 0 || present.length < 500) {
        const fresh = `user${count++}`;
        all.session.receive(`:${fresh}!u@h JOIN #big * :x`, 0);
        model.set(fresh, '');
      } else if (kind < 3) {
        const parts = [`${source} PART #big`, `${source} QUIT :x`, `:user!u@h KICK #big ${nick}`];
        all.session.receive(parts[round % 3] ?? '', 0);
        model.delete(nick);
      } else if (kind === 3) {
        const fresh = `user${count++}`;
        all.session.receive(`${source} NICK ${fresh}`, 0);
        model.set(fresh, model.get(nick) ?? '');
        model.delete(nick);
      } else {
        all.session.receive(`:op!u@h MODE #big ${kind === 4 ? '+' : '-'}o ${nick}`, 0);
        model.set(nick, kind === 4 ? 'o' : '');
      }
      all.events.length = 0;
    }
    const known = new Map([...(channel?.members ?? [])].map(([key, { modes }]) => [key, modes]));
    expect(Object.fromEntries(known)).toEqual(Object.fromEntries(model));
  });

  it('keeps no more users and channels than it may', () => {
    const all = joined(ALL_CAPS, { maxUsers: 6 });
    all.get(':d!d@h JOIN #a', ':e!e@h JOIN #a');
    expect(() => all.get(':f!f@h JOIN #a')).toThrow(
      expect.objectContaining({ code: 'limit', blame: 'peer' }),
    );
    const many = start('', { maxUsers: 3 });
    many.get(':me!m@h JOIN #1', ':me!m@h JOIN #2', ':me!m@h JOIN #3');
    expect(() => many.get(':me!m@h JOIN #4')).toThrow(expect.objectContaining({ code: 'limit' }));
    const tokens = start();
    expect(() => {
      for (let n = 0; n < 600; n++) tokens.get(`:irc.test 005 me T${n}=1 :are`);
    }).toThrow(expect.objectContaining({ code: 'limit' }));
  });
});

describe('events', () => {
  it.each<[string, object]>([
    [
      ':bob!b@h PRIVMSG #a :Hello',
      {
        type: 'message',
        kind: 'privmsg',
        target: '#a',
        text: 'Hello',
        self: false,
        from: { nick: 'bob', user: 'b', host: 'h' },
      },
    ],
    [':bob!b@h NOTICE @#a :Hello', { type: 'message', kind: 'notice', target: '@#a' }],
    [':bob!b@h PRIVMSG me :\x01ACTION waves\x01', { type: 'message', kind: 'action', text: 'waves' }],
    [':bob!b@h PRIVMSG me :\x01ACTION cut', { type: 'message', kind: 'action', text: 'cut' }],
    [':bob!b@h PRIVMSG me :\x01version\x01', { type: 'ctcp', command: 'VERSION', text: '', reply: false }],
    [':bob!b@h NOTICE me :\x01PING 1 2\x01', { type: 'ctcp', command: 'PING', text: '1 2', reply: true }],
    [':bob!b@h PRIVMSG me :\x01', { type: 'message', kind: 'privmsg', text: '\x01' }],
    [':bob!b@h TAGMSG #a', { type: 'tagmsg', target: '#a' }],
    [':bob!b@h PART #a', { type: 'part', channel: '#a', reason: '' }],
    [':bob!b@h QUIT :Ping timeout', { type: 'quit', reason: 'Ping timeout', channels: ['#a'] }],
    [':bob!b@h INVITE me #x', { type: 'invite', nick: 'me', channel: '#x' }],
    [':alice!a@h KICK #a me :out', { type: 'kick', nick: 'me', me: true, self: false, reason: 'out' }],
    [
      ':alice!a@h MODE #a +o-b bob *!*@x',
      {
        type: 'mode',
        target: '#a',
        changes: [
          { adding: true, mode: 'o', param: 'bob' },
          { adding: false, mode: 'b', param: '*!*@x' },
        ],
      },
    ],
    [
      ':me MODE me :+iw',
      {
        type: 'mode',
        target: 'me',
        self: true,
        changes: [
          { adding: true, mode: 'i', param: undefined },
          { adding: true, mode: 'w', param: undefined },
        ],
      },
    ],
    [':bob!b@h AWAY :lunch', { type: 'away', away: 'lunch' }],
    [
      ':irc.test FAIL * X_Y ctx :Not so',
      { type: 'standard', severity: 'FAIL', code: 'X_Y', context: ['ctx'], text: 'Not so' },
    ],
    [':irc.test WARN REHASH CERTS :Expired', { type: 'standard', severity: 'WARN', command: 'REHASH' }],
    [':irc.test 301 me bob :lunch', { type: 'other', command: '301', params: ['me', 'bob', 'lunch'] }],
    [':irc.test WALLOPS :all', { type: 'other', command: 'WALLOPS' }],
    [':x!y@z toString a', { type: 'other', command: 'TOSTRING' }],
    [
      '@time=2026-11-21T10:00:00.500Z :bob!b@h PRIVMSG #a :x',
      { time: Date.UTC(2026, 10, 21, 10, 0, 0, 500) },
    ],
    ['@time=nonsense :bob!b@h PRIVMSG #a :x', { time: 7 }],
  ])('%j', (line, event) => {
    const all = joined();
    all.clock.now = 7;
    const [first, ...rest] = all.get(line);
    expect(first).toMatchObject(event);
    expect(rest).toEqual([]);
    expect(JSON.parse(JSON.stringify(first)).message.source).toBe(first?.message.source);
  });

  it('reads messages whose parameters are missing', () => {
    const all = joined();
    const commands =
      'PRIVMSG NOTICE TAGMSG JOIN PART KICK QUIT NICK INVITE TOPIC MODE ACCOUNT AWAY CHGHOST SETNAME FAIL ERRORS BATCH PONG PING CAP AUTHENTICATE 001 005 324 331 332 352 353 366 396 433 900 901 903 908 670';
    for (const command of commands.split(' ')) {
      for (const line of [
        command,
        `:${command}`,
        `:me ${command}`,
        `:a!b@c ${command} :`,
        `:irc.test ${command} me`,
      ]) {
        if (line !== `:${command}`) all.get(line);
      }
    }
    expect(all.session.isRegistered).toBe(true);
  });

  it('ends on ERROR, with the server’s words', () => {
    const all = joined();
    expect(() => all.get('ERROR :Closing Link: me (Killed)')).toThrow(
      expect.objectContaining({
        code: 'connection_lost',
        server: { code: 'ERROR', message: 'Closing Link: me (Killed)' },
      }),
    );
    expect(all.events).toMatchObject([{ type: 'error', server: { code: 'ERROR' } }]);
  });

  it('answers CTCP by choice, and no flood of it', () => {
    const quiet = joined();
    quiet.get(':bob!b@h PRIVMSG me :\x01VERSION\x01', ':bob!b@h PRIVMSG me :\x01PING 1\x01');
    expect(quiet.session.output(0)).toBe('');
    const all = joined(ALL_CAPS, { ctcp: { version: 'Fairlead', ping: true }, flood: { burst: 2 } });
    const ask = ':bob!b@h PRIVMSG me :\x01VERSION\x01';
    all.get(ask, ':bob!b@h NOTICE me :\x01VERSION x\x01', ':me!b@h PRIVMSG me :\x01VERSION\x01');
    expect(all.session.output(0)).toBe('NOTICE bob :\x01VERSION Fairlead\x01\r\n');
    all.get(':bob!b@h PRIVMSG #a :\x01PING 1 2\x01', ...Array(50).fill(ask));
    expect(all.session.output(0)).toBe('NOTICE bob :\x01PING 1 2\x01\r\n');
    all.clock.now = 60_000;
    expect(all.session.output(60_000)).toBe('');
  });
});

describe('batches', () => {
  it('tells of a netsplit as one, with its state applied', () => {
    const all = joined();
    const events = all.get(
      ':irc.test BATCH +x netsplit irc.hub other.host',
      '@batch=x :alice!a@h QUIT :irc.hub other.host',
      ':dave!d@h JOIN #a * :D',
      '@batch=x :bob!b@h QUIT :irc.hub other.host',
      ':irc.test BATCH -x',
    );
    expect(events).toMatchObject([
      { type: 'join' },
      {
        type: 'batch',
        batch: 'netsplit',
        params: ['irc.hub', 'other.host'],
        events: [{ type: 'quit' }, { type: 'quit', channels: ['#a'] }],
      },
    ]);
    expect(Object.keys(members(all, '#a'))).toEqual(['me', 'carol', 'dave']);
  });

  it('changes nothing by what a history replays, nested or not', () => {
    const all = joined();
    const events = all.get(
      ':irc.test BATCH +o outer',
      '@batch=o :irc.test BATCH +h chathistory #a',
      '@batch=h;time=2026-01-01T00:00:00.000Z :bob!b@h QUIT :then',
      '@batch=h :zoe!z@h JOIN #a',
      '@batch=h :me!m@h NICK old',
      '@batch=h :alice!a@h MODE #a -o alice',
      '@batch=h :alice!a@h TOPIC #a :then',
      '@batch=h :me!m@h PART #a',
      ':irc.test BATCH -h',
      ':irc.test BATCH -o',
    );
    expect(events).toHaveLength(1);
    expect(events).toMatchObject([
      { batch: 'outer', events: [{ batch: 'chathistory', params: ['#a'], time: Date.UTC(2026, 0, 1) }] },
    ]);
    expect(members(all, '#a')).toEqual({ me: '', alice: 'ov', bob: 'v', carol: '' });
    expect([all.session.standing.nick, all.roster.channel('#a')?.topic]).toEqual(['me', 'The topic']);
  });

  it('lets what belongs to no open batch through, and forgets batches without an end', () => {
    const all = joined();
    expect(
      all.get('@batch=none :bob!b@h PRIVMSG #a :x', ':irc.test BATCH -none', ':irc.test BATCH'),
    ).toMatchObject([{ type: 'message' }]);
  });

  it('holds no more than it may', () => {
    const open = joined();
    expect(() => {
      for (let n = 0; n < 100; n++) open.get(`:irc.test BATCH +b${n} x`);
    }).toThrow(expect.objectContaining({ code: 'limit' }));
    const held = joined();
    held.get(':irc.test BATCH +b x');
    expect(() => {
      for (let n = 0; n < 20_000; n++) held.get('@batch=b :bob!b@h PRIVMSG #a :x');
    }).toThrow(expect.objectContaining({ code: 'limit', blame: 'peer' }));
  });
});

describe('requests', () => {
  type Outcome = Answer | FairleadError;
  const ask = (
    { session }: ReturnType<typeof start>,
    command: string,
    params: string[] = [],
    deadline = 1000,
  ) => {
    const outcomes: Outcome[] = [];
    const giveUp = session.request({ command, params }, deadline, (outcome) => outcomes.push(outcome));
    return { outcomes, giveUp };
  };
  const commandsOf = (outcome: Outcome | undefined) =>
    outcome instanceof FairleadError ? outcome.server?.code : outcome?.messages.map(({ command }) => command);

  it('matches answers by label: one message, a batch, an acknowledgement, a refusal', () => {
    const all = joined(ALL_CAPS, { flood: { intervalMs: 0 } });
    const asked = ['AWAY', 'WHOIS', 'PONG', 'PRIVMSG', 'JOIN'].map((command) => ask(all, command, ['x']));
    expect(all.session.output(0)).toBe(
      '@label=f1 AWAY x\r\n@label=f2 WHOIS x\r\n@label=f3 PONG x\r\n@label=f4 PRIVMSG x\r\n@label=f5 JOIN x\r\n',
    );
    all.get(
      '@label=f3 :irc.test ACK',
      '@label=f2 :irc.test BATCH +w labeled-response',
      '@batch=w :irc.test 311 me x u h * :X',
      ':bob!b@h PRIVMSG #a :in between',
      '@batch=w :irc.test 318 me x :End',
      '@label=f4 :irc.test 404 me x :Cannot send to channel',
      '@label=f5 :irc.test FAIL JOIN NOPE x :No',
      '@label=f1 :irc.test 306 me :You are away',
    );
    expect(asked[1]?.outcomes).toEqual([]);
    all.get(':irc.test BATCH -w');
    expect(asked.map(({ outcomes }) => commandsOf(outcomes[0]))).toEqual([
      ['306'],
      ['311', '318'],
      ['ACK'],
      '404',
      'NOPE',
    ]);
    expect(asked[3]?.outcomes[0]).toMatchObject({
      code: 'server',
      server: { code: '404', message: 'Cannot send to channel', fields: { context: 'x' } },
    });
  });

  it('matches without labels by a PING behind each command', () => {
    const all = joined('', { flood: { intervalMs: 0 } });
    const first = ask(all, 'WHOIS', ['x']);
    const second = ask(all, 'PRIVMSG', ['#b', 'hi']);
    expect(all.session.output(0)).toBe('WHOIS x\r\nPING f1\r\nPRIVMSG #b hi\r\nPING f2\r\n');
    all.get(
      ':bob!b@h PRIVMSG #a :noise',
      ':irc.test 311 me x u h * :X',
      ':irc.test 318 me x :End',
      'PONG irc.test f1',
    );
    all.get(':irc.test 404 me #b :Cannot send', ':irc.test PONG irc.test :f2');
    expect([first, second].map(({ outcomes }) => commandsOf(outcomes[0]))).toEqual([['311', '318'], '404']);
  });

  it('gives up what is not answered in time, and takes no late answer for another’s', () => {
    const all = joined('', { flood: { intervalMs: 0 } });
    const slow = ask(all, 'WHOIS', ['x'], 500);
    expect(all.session.wakeAt()).toBeLessThanOrEqual(0);
    all.session.output(0);
    expect(all.session.wakeAt()).toBe(500);
    all.session.tick(499);
    expect(slow.outcomes).toEqual([]);
    all.session.tick(500);
    expect(slow.outcomes).toMatchObject([{ code: 'timeout', safeToRetry: false }]);
    const next = ask(all, 'LUSERS', [], 9000);
    all.session.output(500);
    all.get(':irc.test 401 me x :No such nick', 'PONG irc.test f1');
    expect(next.outcomes).toEqual([]);
    all.get(':irc.test 251 me :x', 'PONG irc.test f2');
    expect(commandsOf(next.outcomes[0])).toEqual(['251']);
  });

  it('takes back what has not left, and says so', () => {
    const all = joined(ALL_CAPS, { flood: { burst: 1, intervalMs: 1000 } });
    const first = ask(all, 'AWAY');
    const second = ask(all, 'AWAY');
    all.session.output(0);
    const reason = (unsent: boolean) => new FairleadError('aborted', 'x', { safeToRetry: unsent });
    second.giveUp(reason);
    first.giveUp(reason);
    first.giveUp(reason);
    expect([first, second].map(({ outcomes }) => outcomes)).toMatchObject([
      [{ code: 'aborted', safeToRetry: false }],
      [{ code: 'aborted', safeToRetry: true }],
    ]);
    expect(all.session.output(5000)).toBe('');
    expect(all.get('@label=f1 :irc.test 306 me :late')).toHaveLength(1);
  });

  it('gives each its time from its turn on', () => {
    const all = joined(ALL_CAPS, { flood: { burst: 1, intervalMs: 1000 } });
    const asked = [1, 2, 3, 4].map(() => ask(all, 'AWAY', [], 500));
    const due: number[] = [];
    for (let now = 0; now <= 5000; now += 100) {
      all.session.output(now);
      all.session.tick(now);
      for (const [n, { outcomes }] of asked.entries()) if (outcomes.length > 0) due[n] ??= now;
    }
    expect(due).toEqual([500, 1500, 2500, 3500]);
  });

  it('fails what waits when the connection ends', () => {
    const all = joined(ALL_CAPS, { flood: { burst: 1 } });
    const first = ask(all, 'AWAY');
    const second = ask(all, 'AWAY');
    all.session.output(0);
    all.session.fail(new FairleadError('connection_lost', 'gone'));
    expect(first.outcomes).toMatchObject([{ code: 'connection_lost', safeToRetry: false }]);
    expect(second.outcomes).toMatchObject([{ code: 'connection_lost', safeToRetry: true }]);
  });

  it('keeps to its caps, and refuses what no line can carry', () => {
    const all = joined(ALL_CAPS, { maxQueuedMessages: 2, maxReplyMessages: 3, flood: { burst: 1 } });
    ask(all, 'AWAY');
    ask(all, 'AWAY');
    expect(() => ask(all, 'AWAY')).toThrow(expect.objectContaining({ code: 'limit', safeToRetry: true }));
    expect(() => ask(all, 'AWAY', ['x\r\nQUIT'])).toThrow(expect.objectContaining({ code: 'usage' }));
    expect([...all.session.requests.waiting()]).toHaveLength(2);
    all.session.output(0);
    all.get('@label=f1 :irc.test BATCH +w labeled-response');
    expect(() => {
      for (let n = 0; n < 5; n++) all.get('@batch=w :irc.test 322 me #x 1 :x');
    }).toThrow(expect.objectContaining({ code: 'limit', blame: 'peer' }));
    const plain = joined('');
    expect(() =>
      plain.session.send({ command: 'PRIVMSG', params: ['#a', 'x'], tags: { '+a': 'b' } }),
    ).toThrow(/message-tags/);
  });
});

describe('floods and lag', () => {
  it('lets a burst out at once and then one line at a time; PONG does not wait', () => {
    const all = start('', { flood: { burst: 3, intervalMs: 1000 } });
    for (let n = 0; n < 6; n++) all.session.send({ command: 'A', params: [String(n)] });
    expect(all.session.output(0)).toBe('A 0\r\nA 1\r\nA 2\r\n');
    expect(all.session.wakeAt()).toBe(1000);
    all.get('PING x');
    expect(all.session.output(10)).toBe('PONG x\r\n');
    expect(all.session.output(1000)).toBe('A 3\r\n');
    expect(all.session.output(1999)).toBe('');
    expect(all.session.output(3000)).toBe('A 4\r\nA 5\r\n');
    expect(all.session.output(100_000)).toBe('');
    for (let n = 0; n < 6; n++) all.session.send({ command: 'B' });
    expect(all.session.output(100_000)).toBe('B\r\nB\r\nB\r\n');
  });

  it('measures the lag through an idle hour, and takes silence for the end', () => {
    const all = start('', { pingIntervalMs: 60_000, pingTimeoutMs: 30_000 });
    let now = 0;
    let checks = 0;
    let wakes = 0;
    while (now < 3_600_000) {
      const at = all.session.wakeAt();
      expect(at).toBeGreaterThanOrEqual(now);
      now = at;
      wakes++;
      all.session.tick(now);
      const ping = /^PING (lag\d+)\r\n$/.exec(all.session.output(now));
      if (ping === null) continue;
      now += 40 + checks;
      all.session.receive(`:irc.test PONG irc.test :${ping[1]}`, now);
      expect(all.session.lagMs).toBe(40 + checks++);
    }
    expect([checks, wakes]).toEqual([60, 60]);
    all.session.receive('PONG irc.test lag1', now);
    all.session.tick(all.session.wakeAt());
    const asked = all.session.wakeAt() - 30_000;
    // A server that talks is alive, whatever it makes of the PING.
    all.session.receive(':bob!b@h PRIVMSG me :x', asked + 20_000);
    all.session.tick(asked + 30_000);
    expect(all.session.wakeAt()).toBe(asked + 50_000);
    expect(() => all.session.tick(asked + 50_000)).toThrow(
      expect.objectContaining({ code: 'connection_lost' }),
    );
  });
});

describe('noise', () => {
  it('survives it, or fails with an error of its own', () => {
    const random = seededRandom(11);
    const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
    const commands =
      'PRIVMSG NOTICE TAGMSG JOIN PART KICK QUIT NICK INVITE TOPIC MODE ACCOUNT AWAY CHGHOST SETNAME FAIL BATCH PONG PING CAP AUTHENTICATE 001 005 324 332 352 353 366 376 396 433 464 900 903 904 908 ACK'.split(
        ' ',
      );
    const words = [
      'me',
      '#a',
      'bob',
      '*',
      'LS',
      'ACK',
      'NAK',
      'NEW',
      'DEL',
      '+x',
      '-x',
      '+ovk-b',
      'chathistory',
      'f1',
      ':',
      ':a b',
      'PREFIX=(',
      'CHANMODES=,',
      'CASEMAPPING=ascii',
      'batch sasl',
      '=',
      '@bob +me',
      '\x01X\x01',
      '€',
    ];
    let failures = 0;
    for (let round = 0; round < 300; round++) {
      const all = joined(pick([ALL_CAPS, '']), { maxUsers: 50 });
      all.session.request({ command: 'X' }, 100, () => {});
      try {
        for (let n = 0; n < 100; n++) {
          const tags = random() < 0.3 ? `@batch=${pick(['x', 'y'])};label=f1;time=x;account=b ` : '';
          const source = random() < 0.7 ? `:${pick(['me!m@h', 'bob!b@h', 'irc.test', 'alice', '!@'])} ` : '';
          const params = Array.from({ length: random() * 5 }, () => pick(words)).join(' ');
          all.session.receive(`${tags}${source}${pick(commands)} ${params}`, n);
          all.session.output(n);
          all.session.tick(n);
        }
      } catch (error) {
        if (!isFairleadError(error)) throw error;
        failures++;
      }
    }
    expect(failures).toBeLessThan(300);
  });
});
