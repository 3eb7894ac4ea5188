// What a session makes of messages: events, batches, histories that change nothing, answers to CTCP, noise.
import { isFairleadError } from '@fairlead/errors';
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { joined, members } from './sessions.ts';
import { ALL_CAPS } from './wire.ts';

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
    expect([all.session.self.nick, all.tracker.channel('#a')?.topic]).toEqual(['me', 'The topic']);
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
      all.session.commands.request({ command: 'X' }, 100, () => {});
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
