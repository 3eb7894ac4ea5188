// Every fault at every await of the client, against a small honest server.
import { chaosSuite } from '@fairlead/testkit/chaos';
import { connect, type IrcClient } from '../src/index.ts';
import { WELCOME } from './wire.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What a server without labels answers a line with. */
function answer(line: string): string[] {
  const [command = '', ...params] = line.split(' ');
  if (command === 'CAP') return params[0] === 'LS' ? [':irc.test CAP * LS :'] : [];
  if (command === 'USER') return WELCOME;
  if (command === 'PING') return [`:irc.test PONG irc.test ${params[0]}`];
  if (command === 'JOIN')
    return [`:me!~me@host.test JOIN ${params[0]}`, `:irc.test 366 me ${params[0]} :End`];
  if (command === 'WHOIS')
    return [`:irc.test 311 me ${params[0]} u h * :X`, `:irc.test 318 me ${params[0]} :End`];
  return [];
}

chaosSuite<IrcClient>({
  name: 'IRC',
  async serve(server, world) {
    let rest = '';
    for (let chunk = await server.read(); chunk !== undefined; chunk = await server.read()) {
      const lines = (rest + decoder.decode(chunk)).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (/[\r\n\0]/.test(line)) world.breach(`a control character in ${JSON.stringify(line)}`);
        const marker = /chaos\d+x/.exec(line)?.[0];
        if (marker !== undefined) world.saw(marker);
        const text = answer(line)
          .map((each) => `${each}\r\n`)
          .join('');
        if (text !== '') await server.write(encoder.encode(text));
      }
    }
  },
  connect: (connector, { signal, timeoutMs }) =>
    connect('ircs://me@irc.test', {
      connector,
      signal,
      connectTimeoutMs: timeoutMs,
      flood: { intervalMs: 0 },
    }),
  calls: {
    join: (client, limits, marker) => client.join(`#${marker}`, limits),
    say: (client, limits, marker) => client.say('#a', `text ${marker}`, limits),
    'a long text': (client, limits, marker) => client.say('#a', `${marker} ${'x'.repeat(900)}`, limits),
    'two at once': (client, limits, marker) =>
      Promise.all([client.setTopic('#a', marker, limits), client.request('WHOIS', ['bob'])]),
  },
  probe: async (client, limits) => {
    const { messages } = await client.request('WHOIS', ['probe'], limits);
    return messages.length === 2 && messages.every(({ params }) => params[1] === 'probe');
  },
  close: (client) => client.close(),
});
