// The keys that the Redis of `npm start` begins with: some of each kind, about the harbours of the sample database.
import { once } from 'node:events';
import { connect } from 'node:net';

const FILL_MS = 10_000;
const DAY = 86_400;

type Command = readonly (string | number)[];

/** By themselves, the same on every start. Times to live are in seconds. */
const SAMPLE: readonly Command[] = [
  ['SET', 'motd', 'Fair winds. Nothing that you change here is kept.'],
  ['SET', 'counters:calls', 600],
  ['SET', 'session:7f3a', '{"user":"ada","roles":["pilot","clerk"],"harbour":4}', 'EX', DAY / 24],
  ['SET', 'session:9c21', '{"user":"bob","roles":["clerk"],"harbour":1}', 'EX', DAY / 2],
  [
    'SET',
    'forecast:rotterdam',
    '{"wind":{"knots":12,"from":"SW"},"waves_m":0.8,"tides":[{"at":"05:12","m":2.1},{"at":"11:40","m":0.3}]}',
    'EX',
    DAY,
  ],
  ['HSET', 'ship:aurora', 'name', 'Aurora 1', 'kind', 'tanker', 'home', 'Rotterdam', 'built', 1997],
  ['HSET', 'ship:heron', 'name', 'Heron 1', 'kind', 'ferry', 'home', 'Tórshavn', 'built', 2005],
  ['RPUSH', 'queue:pilots', 'Aurora 1', 'Gannet 3', 'Fulmar 2', 'Eider 5'],
  ['SADD', 'flags', 'BE', 'CA', 'CL', 'DE', 'FO', 'GR', 'JP', 'MT', 'NL', 'NO', 'PL', 'PT'],
  ['ZADD', 'harbours:depth', 24, 'Rotterdam', 19.5, 'Piraeus', 18, 'Yokohama', 17.5, 'Antwerp', 11, 'Bergen'],
  ['XADD', 'log:arrivals', '1767225600000-0', 'ship', 'Aurora 1', 'harbour', 'Rotterdam', 'tons', 412],
  ['XADD', 'log:arrivals', '1767259020000-0', 'ship', 'Heron 1', 'harbour', 'Tórshavn', 'tons', 37],
  ['XADD', 'log:arrivals', '1767292440000-0', 'ship', 'Gannet 3', 'harbour', 'Bergen', 'tons', 74],
];

/**
 * Sets the keys in database 0.
 * @param url `redis://`, with the password where the server asks for one.
 * @throws Error with the server's words where it refuses a command, and where it does not answer within ten seconds.
 */
export async function fillRedis(url: string): Promise<void> {
  const { hostname, port, password } = new URL(url);
  const login: Command[] = password === '' ? [] : [['AUTH', decodeURIComponent(password)]];
  const commands = [...login, ...SAMPLE, ['QUIT']];
  const socket = connect({ host: hostname, port: Number(port), signal: AbortSignal.timeout(FILL_MS) });
  let replies = '';
  socket.setEncoding('utf8').on('data', (text) => {
    replies += text;
  });
  const ended = once(socket, 'end');
  socket.write(commands.map(encode).join(''));
  await ended;
  const refusal = /^-(.*)\r$/m.exec(replies)?.[1];
  if (refusal !== undefined) throw new Error(`Redis refused the sample data: ${refusal}`);
}

/** A command as an array of bulk strings. */
function encode(command: Command): string {
  const words = command.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`);
  return `*${command.length}\r\n${words.join('')}`;
}
