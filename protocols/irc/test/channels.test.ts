// Channels and users, kept current by a session: from NAMES to KICK, a thousand members, caps.
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { joined, members, start } from './sessions.ts';
import { ALL_CAPS } from './wire.ts';

describe('channels', () => {
  it('knows who is in a channel, with which modes, and its topic', () => {
    const all = joined();
    expect(members(all, '#A')).toEqual({ me: '', alice: 'ov', bob: 'v', carol: '' });
    expect(all.tracker.channel('#a')).toMatchObject({ name: '#a', topic: 'The topic', complete: true });
    expect(all.tracker.user('BOB')).toMatchObject({ nick: 'bob', user: 'b', host: 'two.test' });
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
    expect(all.tracker.user('dave')).toMatchObject({ account: 'davesaccount', realname: 'Dave D' });
    expect(Object.fromEntries(all.tracker.channel('#a')?.modes ?? [])).toEqual({ n: '', t: '', k: 'secret' });
    expect(all.tracker.channel('#a')?.topic).toBe('New topic');
    all.get(
      ':bob!b@two.test PART #a :bye',
      ':alice!al@one.test KICK #a dave :out',
      ':CAROL2!c@three.test QUIT :gone',
    );
    all.get(':alice!al@one.test MODE #a -tk+l * 5', ':alice!al@one.test MODE #a +b-l *!*@bad');
    expect(members(all, '#a')).toEqual({ me: '', alice: 'ov' });
    expect(Object.fromEntries(all.tracker.channel('#a')?.modes ?? [])).toEqual({ n: '' });
    for (const gone of ['bob', 'dave', 'carol2', 'carol']) expect(all.tracker.user(gone)).toBeUndefined();
  });

  it('keeps what is known of users current', () => {
    const all = joined();
    all.get(
      ':bob!b@two.test ACCOUNT bobby',
      ':bob!b@two.test AWAY :lunch',
      ':bob!b@two.test CHGHOST bee cloak.test',
      ':bob!bee@cloak.test SETNAME :Robert',
    );
    expect(all.tracker.user('bob')).toEqual({
      nick: 'bob',
      user: 'bee',
      host: 'cloak.test',
      account: 'bobby',
      realname: 'Robert',
      away: 'lunch',
    });
    all.get(':bob!bee@cloak.test ACCOUNT *', ':bob!bee@cloak.test AWAY');
    expect(all.tracker.user('bob')).toMatchObject({ account: undefined, away: undefined });
    all.get('@account=robert :bob!bee@cloak.test PRIVMSG #a :hi');
    expect(all.tracker.user('bob')?.account).toBe('robert');
    all.get(':irc.test 352 me #a u h.test irc.test bob G@ :0 Bob B');
    expect(all.tracker.user('bob')).toMatchObject({ user: 'u', host: 'h.test', realname: 'Bob B', away: '' });
    all.get(':irc.test 352 me #a u h.test irc.test bob H@ :0 Bob B');
    expect(all.tracker.user('bob')?.away).toBeUndefined();
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
      expect([...all.tracker.channels.keys()]).toEqual(['#b']);
      expect(all.tracker.user('alice')).toBeUndefined();
      expect(all.tracker.user('bob')).toBeDefined();
    }
  });

  it('takes a second list of members for the whole truth', () => {
    const all = joined();
    all.get(':irc.test 353 me = #a :me @bob', ':irc.test 366 me #a :End');
    expect(members(all, '#a')).toEqual({ me: '', bob: 'o' });
    expect(all.tracker.user('carol')).toBeUndefined();
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
    expect([event?.type, all.session.self.nick]).toEqual(['nick', 'you']);
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
    const channel = all.tracker.channel('#big');
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
