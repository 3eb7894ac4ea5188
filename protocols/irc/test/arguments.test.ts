// What callers must not give: each is a refusal of the client's own, before anything leaves.
import { expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { lines, open, outcome } from './wire.ts';

/** A value of a type that the compiler would not let through. */
const wrong = <T>(value: unknown): T => value as T;

it('refuses arguments of other types in every call, and sends nothing of them', async () => {
  const { peer, client } = await open();
  peer.expect(lines('QUIT')).expectEnd().close();
  const calls: (() => unknown)[] = [
    ...[null, 5, 'x', []].flatMap((value) => [
      () => client.request('X', [], wrong(value)),
      () => client.request('X', [], { tags: wrong(value) }),
      () => client.join('#a', wrong(value)),
      () => client.part('#a', 'bye', wrong(value)),
      () => client.say('#a', 'x', wrong(value)),
      () => client.setNick('you', wrong(value)),
      () => client.send('X', [], wrong(value)),
    ]),
    ...[null, 5, {}, ['x']].flatMap((value) => [
      () => client.request(wrong(value)),
      () => client.request('X', [wrong(value)]),
      () => client.send(wrong(value)),
      () => client.join(wrong(value)),
      () => client.say(wrong(value), 'x'),
      () => client.say('#a', wrong(value)),
      () => client.channel(wrong(value)),
      () => client.user(wrong(value)),
      () => client.sameName('a', wrong(value)),
    ]),
    ...[null, 5, 'x', {}].map((value) => () => client.request('X', wrong(value))),
    () => client.request('X', [], { tags: { a: wrong(null) } }),
  ];
  for (const [i, call] of calls.entries()) {
    const error = await outcome(new Promise((resolve) => resolve(call())));
    expect([i, error]).toMatchObject([i, { name: 'FairleadError', code: 'usage' }]);
  }
  await client.close();
  await peer.done();
});

it.each<[string, unknown]>([
  ['hostname', 5],
  ['port', '6697'],
  ['tls', 'implicit'],
  ['channels', null],
  ['channels', '#a'],
  ['altNicks', 'you'],
  ['capabilities', [5]],
  ['flood', 5],
  ['username', 5],
  ['password', 5],
  ['serverPassword', {}],
  ['rejoin', 5],
  ['tls', { ca: 'x' }],
  ['ctcp', true],
  ['saslRequired', 'no'],
  ['overflow', 'block'],
  ['maxQueuedMessages', Number.NaN],
  ['maxLineBytes', 1.5],
  ['connector', {}],
])('refuses the option %s: %j', async (name, value) => {
  const error = await outcome(connect('ircs://me@irc.test', wrong({ [name]: value })));
  expect(error).toMatchObject({
    name: 'FairleadError',
    code: 'usage',
    safeToRetry: true,
    message: expect.stringContaining(name),
  });
});
