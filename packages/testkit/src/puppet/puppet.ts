// A server that misbehaves on command: the client's first line says how. The same over memory and over TCP.

import { concatBytes, indexOfBytes, toBytes, toText } from '../bytes.ts';
import { type Deferred, deferred } from '../deferred.ts';
import { pause } from '../script/steps.ts';

/** What a serving end shows in a TLS handshake. */
export type Certificate = 'good' | 'wrong-name' | 'expired' | 'untrusted';

/** The serving end of one connection, as a puppet needs it. */
export interface PuppetLine {
  /** At least one byte, `undefined` at the end; rejects when the connection broke. */
  read(): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): Promise<void>;
  /** Ends this direction only. */
  end(): void;
  close(): Promise<void>;
  reset(): void;
  /** FIN below TLS, without its close_notify. */
  cut(): void;
  startTls(certificate: Certificate): Promise<void>;
}

/** What the puppets of one world know of each other. */
export class PuppetMemory {
  readonly #tallies = new Map<string, Deferred<string>>();

  /** The result under that name, whichever side is first. */
  tally(name: string): Deferred<string> {
    const known = this.#tallies.get(name) ?? deferred<string>();
    this.#tallies.set(name, known);
    return known;
  }
}

/** Byte `i` of what puppets send. 251 is prime, so that no power-of-two mistake goes unseen. */
function patternByte(i: number): number {
  return i % 251;
}

/** The first `size` bytes that puppets send. */
export function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => patternByte(i));
}

/** Bytes behind the answer to STARTTLS, as an attacker on the way would put them there. */
const INJECTED = 'INJECTED\n';

const MAX_COMMAND_BYTES = 200;
/** Time for bytes to arrive before an RST discards them. */
const BEFORE_RESET_MS = 30;

type Act = (line: PuppetLine, argument: string, rest: Uint8Array, memory: PuppetMemory) => Promise<void>;

const ACTS: Record<string, Act> = {
  /** Sends everything back, ends when the client ends. */
  echo: async (line, _, rest) => {
    if (rest.length > 0) await line.write(rest);
    for (let bytes = await line.read(); bytes; bytes = await line.read()) await line.write(bytes);
    await line.close();
  },
  /** Never reads again. */
  hold: async () => undefined,
  /** Reads, and says nothing. */
  silent: drain,
  /** Sends so many bytes of the pattern. */
  send: async (line, size) => {
    await line.write(pattern(Number(size)));
    await drain(line);
  },
  /** The same, one by one. */
  drip: async (line, size) => {
    for (const byte of pattern(Number(size))) {
      await line.write(Uint8Array.of(byte));
      await pause(2);
    }
    await drain(line);
  },
  /** Sends so many bytes, then ends its direction and goes on reading. */
  end: async (line, size) => {
    await line.write(pattern(Number(size)));
    line.end();
    await drain(line);
  },
  /** Sends so many bytes, then resets. */
  reset: async (line, size) => {
    if (Number(size) > 0) await line.write(pattern(Number(size)));
    await pause(BEFORE_RESET_MS);
    line.reset();
  },
  /** Sends so many bytes, then ends TCP below TLS. */
  cut: async (line, size) => {
    if (Number(size) > 0) await line.write(pattern(Number(size)));
    await pause(BEFORE_RESET_MS);
    line.cut();
  },
  /** Reads to the end of the stream and remembers how much came, and whether it was the pattern. */
  tally: async (line, name, rest, memory) => {
    memory.tally(name).resolve(await countToEnd(line, rest));
    await line.close();
  },
  /** Reads to the end of the stream, and only then tells how much came. */
  count: async (line, _, rest) => {
    await line.write(toBytes(`${await countToEnd(line, rest)}\n`));
    await line.close();
  },
  /** Says so, ends its direction, and tallies what still comes. */
  'end-tally': async (line, name, rest, memory) => {
    await line.write(toBytes('end\n'));
    line.end();
    memory.tally(name).resolve(await countToEnd(line, rest));
    await line.close();
  },
  /** Tells what `tally` remembered. */
  told: async (line, name, _, memory) => {
    await line.write(toBytes(`${await memory.tally(name).promise}\n`));
    await drain(line);
  },
  /** Answers `go`, then TLS with that certificate; then the next command. */
  starttls: async (line, certificate, _, memory) => {
    await line.write(toBytes('go\n'));
    await line.startTls(certificate as Certificate);
    await servePuppet(line, memory);
  },
  /** Answers, and sends further bytes in clear before TLS. */
  inject: async (line) => {
    await line.write(toBytes('go\n'));
    await pause(30);
    await line.write(toBytes(INJECTED));
    await line.startTls('good');
  },
  /** Answers, and goes on in clear. */
  'starttls-plain': async (line) => {
    await line.write(toBytes('go\n'));
    await line.read();
    await line.write(toBytes('500 I do not speak TLS\r\n'.repeat(4)));
    await drain(line);
  },
  /** Answers, and never shakes hands. */
  'starttls-silent': async (line) => {
    await line.write(toBytes('go\n'));
    await drain(line);
  },
  /** Answers, and ends when the handshake begins. */
  'starttls-end': async (line) => {
    await line.write(toBytes('go\n'));
    await line.read();
    await line.close();
  },
};

/** Reads a command (`name argument LF`) and acts on it. Unknown commands reset the connection. */
export async function servePuppet(line: PuppetLine, memory: PuppetMemory): Promise<void> {
  let received = new Uint8Array(0);
  let at = -1;
  while (at === -1) {
    const bytes = await line.read();
    if (!bytes || received.length > MAX_COMMAND_BYTES) return line.close();
    received = concatBytes([received, bytes]) as Uint8Array<ArrayBuffer>;
    at = indexOfBytes(received, toBytes('\n'));
  }
  const [name = '', argument = ''] = toText(received.subarray(0, at)).split(' ');
  const act = ACTS[name];
  if (act === undefined) return line.reset();
  await act(line, argument, received.subarray(at + 1), memory);
}

async function drain(line: PuppetLine): Promise<void> {
  while (await line.read());
  await line.close();
}

async function countToEnd(line: PuppetLine, rest: Uint8Array): Promise<string> {
  let count = 0;
  let intact = true;
  const take = (bytes: Uint8Array): void => {
    for (const byte of bytes) intact = byte === patternByte(count++) && intact;
  };
  take(rest);
  try {
    for (let bytes = await line.read(); bytes; bytes = await line.read()) take(bytes);
  } catch {
    // A TLS client that closes with our session tickets unread ends with an RST; what counts is what came before it.
  }
  return `${count} ${intact ? 'intact' : 'mixed up'}`;
}
