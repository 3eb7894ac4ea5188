// Commands and their answers in a session, by label and without; floods; the lag through an idle hour.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../src/index.ts';
import { joined, start } from './sessions.ts';
import { ALL_CAPS } from './wire.ts';

describe('requests', () => {
  type Outcome = Answer | FairleadError;
  const ask = (
    { session }: ReturnType<typeof start>,
    command: string,
    params: string[] = [],
    deadline = 1000,
  ) => {
    const outcomes: Outcome[] = [];
    const giveUp = session.commands.request({ command, params }, deadline, (outcome) =>
      outcomes.push(outcome),
    );
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

  it('goes by a label of its own, whatever label its caller gives', () => {
    const all = joined(ALL_CAPS, { flood: { intervalMs: 0 } });
    const outcomes: Outcome[] = [];
    const draft = { command: 'AWAY', params: ['x'], tags: { label: 'mine', '+a': 'b' } };
    all.session.commands.request(draft, 1000, (outcome) => outcomes.push(outcome));
    expect(all.session.output(0)).toBe('@label=f1;+a=b AWAY x\r\n');
    all.get('@label=f1 :irc.test 306 me :You are away');
    expect(commandsOf(outcomes[0])).toEqual(['306']);
  });

  it('matches answers by label that make no event otherwise: PONG and CAP', () => {
    const all = joined(ALL_CAPS, { flood: { intervalMs: 0 } });
    const asked = ['PING', 'CAP', 'CAP'].map((command) => ask(all, command, ['x']));
    all.session.output(0);
    all.get(
      '@label=f2 :irc.test CAP me LIST :batch',
      '@label=f1 :irc.test PONG irc.test x',
      '@label=f3 :irc.test BATCH +c labeled-response',
      '@batch=c :irc.test CAP me LS * :a',
      '@batch=c :irc.test CAP me LS :b',
      ':irc.test BATCH -c',
    );
    expect(asked.map(({ outcomes }) => commandsOf(outcomes[0]))).toEqual([['PONG'], ['CAP'], ['CAP', 'CAP']]);
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
    expect([...all.session.commands.requests.waiting()]).toHaveLength(2);
    all.session.output(0);
    all.get('@label=f1 :irc.test BATCH +w labeled-response');
    expect(() => {
      for (let n = 0; n < 5; n++) all.get('@batch=w :irc.test 322 me #x 1 :x');
    }).toThrow(expect.objectContaining({ code: 'limit', blame: 'peer' }));
    const plain = joined('');
    expect(() =>
      plain.session.commands.send({ command: 'PRIVMSG', params: ['#a', 'x'], tags: { '+a': 'b' } }),
    ).toThrow(/message-tags/);
  });
});

describe('floods and lag', () => {
  it('lets a burst out at once and then one line at a time; PONG does not wait', () => {
    const all = start('', { flood: { burst: 3, intervalMs: 1000 } });
    for (let n = 0; n < 6; n++) all.session.commands.send({ command: 'A', params: [String(n)] });
    expect(all.session.output(0)).toBe('A 0\r\nA 1\r\nA 2\r\n');
    expect(all.session.wakeAt()).toBe(1000);
    all.get('PING x');
    expect(all.session.output(10)).toBe('PONG x\r\n');
    expect(all.session.output(1000)).toBe('A 3\r\n');
    expect(all.session.output(1999)).toBe('');
    expect(all.session.output(3000)).toBe('A 4\r\nA 5\r\n');
    expect(all.session.output(100_000)).toBe('');
    for (let n = 0; n < 6; n++) all.session.commands.send({ command: 'B' });
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
      expect(all.session.keepAlive.lagMs).toBe(40 + checks++);
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
