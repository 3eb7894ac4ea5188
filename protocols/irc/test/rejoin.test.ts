// The option `rejoin`: joining again after a KICK, with a growing delay, a limit of attempts, and the key.
import { expect, it, vi } from 'vitest';
import { type RejoinOptions, rejoinAfterKick } from '../src/index.ts';
import { joined, start } from './sessions.ts';
import { ALL_CAPS, lines, open } from './wire.ts';

const KICK = ':alice!al@one.test KICK #a me :out';
const REFUSED = ':irc.test 474 me #a :Cannot join channel (+b)';

const kicked = (options?: RejoinOptions) => {
  const rejoin = options && rejoinAfterKick(options);
  const all = joined(ALL_CAPS, { rejoin, flood: { intervalMs: 0 }, pingIntervalMs: 1e9 });
  all.get(KICK);
  const at = (now: number) => {
    all.clock.now = now;
    all.session.tick(now);
    return all.session.output(now);
  };
  return { ...all, at };
};

it('is off by default', () => {
  const { session, at } = kicked();
  expect([at(100_000), session.wakeAt()]).toEqual(['', 1e9]);
});

it('joins again behind the delay, once', () => {
  const { session, at, get, tracker } = kicked({});
  expect(session.wakeAt()).toBe(2000);
  expect(at(1999)).toBe('');
  expect(at(2000)).toBe('@label=f1 JOIN #a\r\n');
  get('@label=f1 :me!~me@host.test JOIN #a * :Me');
  expect(tracker.channel('#a')).toBeDefined();
  expect([at(100_000), session.wakeAt()]).toEqual(['', 1e9]);
});

it('waits twice as long behind each refusal, and gives up', () => {
  const { session, at, get } = kicked({ delayMs: 1000, maxDelayMs: 3000, maxAttempts: 4 });
  const tried: number[] = [];
  for (let now = 0; now <= 60_000; now += 500) {
    const label = /@(label=f\d+) JOIN #a/.exec(at(now))?.[1];
    if (label === undefined) continue;
    tried.push(now);
    get(`@${label} ${REFUSED}`);
  }
  expect(tried).toEqual([1000, 3000, 6000, 9000]);
  expect(session.wakeAt()).toBe(1e9);
});

it('takes an attempt that is not answered for one that was refused', () => {
  const { at } = kicked({ delayMs: 1000, maxAttempts: 2 });
  expect(at(1000)).toContain('JOIN #a');
  // The default of timeoutMs.
  expect(at(11_000)).toBe('');
  expect(at(13_000)).toContain('JOIN #a');
  at(23_000);
  expect(at(90_000)).toBe('');
});

it('is cancelled by PART, by a JOIN that succeeds, and by no other channel', () => {
  const parted = kicked({});
  parted.session.commands.send({ command: 'PART', params: ['#A'] });
  expect(parted.at(100_000)).toBe('PART #A\r\n');
  const back = kicked({});
  back.get(':me!~me@host.test JOIN #a * :Me');
  expect(back.at(100_000)).toBe('');
  const other = kicked({});
  other.session.commands.send({ command: 'PART', params: ['#b'] });
  expect(other.at(2000)).toContain('JOIN #a');
});

it('does not follow what others, or a history, are kicked from', () => {
  const all = joined(ALL_CAPS, { rejoin: rejoinAfterKick(), pingIntervalMs: 1e9 });
  all.get(
    ':alice!al@one.test KICK #a bob :out',
    ':irc.test BATCH +h chathistory #a',
    `@batch=h ${KICK}`,
    ':irc.test BATCH -h',
  );
  expect(all.session.wakeAt()).toBe(1e9);
});

it('uses the key that the channel was joined with', () => {
  const all = start(ALL_CAPS, { rejoin: rejoinAfterKick(), flood: { intervalMs: 0 } });
  all.session.commands.send({ command: 'JOIN', params: ['#b,#a', ',secret'] });
  all.session.output(0);
  all.get(':me!~me@host.test JOIN #a * :Me', ':me!~me@host.test JOIN #b * :Me');
  all.get(KICK, ':alice!al@one.test KICK #b me :out');
  all.session.tick(2000);
  expect(all.session.output(2000)).toBe('@label=f1 JOIN #a secret\r\n@label=f2 JOIN #b\r\n');
});

it('works on a connection by itself', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  try {
    const { peer, client } = await open('', { rejoin: rejoinAfterKick({ delayMs: 500 }) });
    peer
      .expect(lines('JOIN #a key', 'PING f1'))
      .sendLines(':me!~me@host.test JOIN #a', ':irc.test 366 me #a :End', 'PONG irc.test f1');
    await client.join('#a', { key: 'key' });
    peer
      .sendLines(KICK)
      .expect(lines('JOIN #a key', 'PING f2'))
      .sendLines(':me!~me@host.test JOIN #a', ':irc.test 366 me #a :End', 'PONG irc.test f2');
    const events = client.events();
    expect(await events.next()).toMatchObject({ value: { type: 'kick', me: true } });
    expect(client.channels.size).toBe(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(await events.next()).toMatchObject({ value: { type: 'join', self: true } });
    expect(client.channel('#a')).toBeDefined();
  } finally {
    vi.useRealTimers();
  }
});

it('keeps no more channels than its cap, however many KICKs a server tells of', () => {
  const policy = rejoinAfterKick({ delayMs: 1000 })((name) => name);
  const from = { nick: 'alice', user: '', host: '' };
  for (let n = 0; n < 5_000; n++) {
    policy.onEvent({ type: 'kick', me: true, nick: 'me', reason: '', channel: `#${n}`, from } as never, 0);
  }
  expect(policy.takeDue(1000)).toHaveLength(1_000);
});

it.each([5, { delayMs: 0 }, { maxDelayMs: -1 }, { maxAttempts: 0 }, { maxAttempts: 1.5 }])(
  'refuses the options %j',
  (options) => {
    expect(() => rejoinAfterKick(options as RejoinOptions)).toThrow(
      expect.objectContaining({ code: 'usage', safeToRetry: true }),
    );
  },
);
