// The chaos runner finds what it is there for: each planted fault of a small client is reported, and a sound one is not.
import { FairleadError, type Transport } from '@fairlead/transport';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type ChaosLimits,
  type ChaosSubject,
  FAULTS,
  type Fault,
  markerOf,
  markersIn,
  runChaos,
} from '../src/chaos/index.ts';
import { toBytes, toText } from '../src/index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Plant =
  | 'none'
  | 'stays open when aborted'
  | 'always safe'
  | 'never settles'
  | 'foreign error'
  | 'no time limit'
  | 'keeps its listener'
  | 'keeps its timer'
  | 'closes nothing'
  | 'says done too early'
  | 'takes refusals for goodbyes'
  | 'sends a blank'
  | 'leaves words behind'
  | 'close rejects';

interface Call {
  sent: boolean;
  over: boolean;
}

/** Sends a line and gets it back. */
class Echo {
  readonly transport: Transport;
  readonly plant: Plant;
  readonly #answers: string[] = [];
  #wake: () => void = () => undefined;
  #failure: unknown;

  constructor(transport: Transport, plant: Plant) {
    this.transport = transport;
    this.plant = plant;
    void this.#pump();
  }

  async say(text: string, { signal, timeoutMs }: ChaosLimits): Promise<string> {
    const call = { sent: false, over: false };
    let end: (error: unknown) => void = () => undefined;
    const ended = new Promise<never>((_, reject) => {
      end = reject;
    });
    ended.catch(() => undefined);
    const onAbort = (): void => this.#giveUp('aborted', call, end);
    const timer = setTimeout(() => this.#giveUp('timeout', call, end), timeoutMs);
    if (this.plant === 'no time limit') clearTimeout(timer);
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([this.#exchange(text, signal, call), ended]);
    } finally {
      if (this.plant !== 'keeps its listener') signal.removeEventListener('abort', onAbort);
      if (this.plant !== 'keeps its timer') clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    if (this.plant === 'closes nothing') return;
    await this.transport.close();
    if (this.plant === 'close rejects') throw new FairleadError('closed', 'It was closed.');
  }

  async #exchange(text: string, signal: AbortSignal, call: Call): Promise<string> {
    await Promise.resolve();
    if (this.#failure !== undefined) throw this.#failure;
    if (signal.aborted && this.plant === 'never settles') await new Promise(() => undefined);
    call.sent = true;
    const blank = this.plant === 'sends a blank' ? ' ' : '';
    const written = this.transport.write(toBytes(`${blank}${text}\n`));
    if (this.plant === 'says done too early') return text;
    await written;
    const answer = await this.#answer(call);
    if (answer !== 'no') return answer;
    const error = new FairleadError('server', 'It says no.', { safeToRetry: true });
    if (this.plant === 'takes refusals for goodbyes') this.#failure = error;
    throw error;
  }

  #giveUp(code: 'aborted' | 'timeout', call: Call, end: (error: unknown) => void): void {
    if (this.plant === 'never settles') return;
    call.over = true;
    const error = new FairleadError(code, 'It was given up.', {
      safeToRetry: this.plant === 'always safe' || !call.sent,
    });
    if (this.plant !== 'stays open when aborted') {
      this.#failure = new FairleadError('connection_lost', 'A call was given up.', { safeToRetry: true });
      this.transport.destroy(error);
    }
    end(this.plant === 'foreign error' ? new TypeError('undefined is not a function') : error);
  }

  async #answer(call: Call): Promise<string> {
    for (;;) {
      if (call.over) return 'nothing';
      if (this.#failure !== undefined) throw this.#failure;
      const answer = this.#answers.shift();
      if (answer !== undefined) return answer;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #pump(): Promise<void> {
    try {
      for (let line = await this.transport.read(); line !== undefined; line = await this.transport.read()) {
        this.#answers.push(toText(line.slice()).trim());
        this.#wake();
      }
      throw new FairleadError('connection_lost', 'It ended.');
    } catch (error) {
      this.#failure ??= new FairleadError('connection_lost', 'It has ended.', { cause: error });
      this.#wake();
    }
  }
}

function subject(plant: Plant): ChaosSubject<Echo> {
  return {
    name: plant,
    refuses: true,
    async serve(server, world) {
      const heard: string[] = [];
      world.finally(() => {
        if (plant === 'leaves words behind' && !heard.includes('probe')) world.breach('no probe came');
      });
      for (let line = await server.read(); line !== undefined; line = await server.read()) {
        const text = toText(line.slice());
        if (text.startsWith(' ')) world.breach('a blank');
        heard.push(text.trim());
        const isRefused = world.refuses();
        if (!isRefused) for (const marker of markersIn(text)) world.saw(marker);
        await server.write(toBytes(isRefused ? 'no' : text));
      }
    },
    connect: async (connector, { signal }) => {
      const transport = await connector({ hostname: 'echo.test', port: 7 }, { signal });
      return new Echo(transport, plant);
    },
    calls: {
      say: (client, limits, marker) => client.say(marker, limits),
      // One more, whose promises are judged one by one.
      two: (client, limits, marker) => {
        const first = client.say(markerOf(marker, 0), limits);
        return [first, first.then(() => client.say(markerOf(marker, 1), limits))];
      },
    },
    probe: async (client, limits) => (await client.say('probe', limits)) === 'probe',
    close: (client) => client.close(),
  };
}

it.each<[Plant, Fault, RegExp]>([
  ['stays open when aborted', 'abort', /answer that is not its own/],
  ['always safe', 'abort', /aborted is safe to retry, and the server had it/],
  ['never settles', 'abort', /say never settles/],
  ['foreign error', 'abort', /a foreign error: TypeError/],
  ['always safe', 'timeout', /timeout is safe to retry, and the server had it/],
  ['always safe', 'mute', /timeout is safe to retry, and the server had it/],
  ['no time limit', 'mute', /say never settles/],
  ['keeps its listener', 'end', /1 listeners are left on the signal/],
  ['keeps its timer', 'reset', /[1-9] timers are left/],
  ['closes nothing', 'close', /the connections' end never settles/],
  ['says done too early', 'write', /succeeds, and the server had nothing of it/],
  ['takes refusals for goodbyes', 'refuse', /does not work, and the connection has not ended/],
  ['sends a blank', 'end', /broke the protocol: a blank/],
  ['leaves words behind', 'end', /broke the protocol: no probe came/],
  ['close rejects', 'close', /close meanwhile rejects/],
])('finds a client that is unsound: %s, %s', async (plant, fault, message) => {
  const { violations } = await runChaos(subject(plant), 'say', fault);
  expect(violations.join('\n')).toMatch(message);
});

it.each(FAULTS)('finds nothing in a sound one: %s', async (fault) => {
  const { steps, violations } = await runChaos(subject('none'), 'say', fault);
  expect(violations).toEqual([]);
  expect(steps).toBeGreaterThan(5);
});

it('judges each promise of a call that returns several', async () => {
  const { violations } = await runChaos(subject('always safe'), 'two', 'abort');
  expect(violations.join('\n')).toMatch(/safe to retry/);
});

it('leaves steps out behind the first 32, unless it shall not', async () => {
  const long: ChaosSubject<Echo> = {
    ...subject('none'),
    calls: {
      long: async (client, limits, marker) => {
        for (let n = 0; n < 150; n += 1) await Promise.resolve();
        return client.say(marker, limits);
      },
    },
  };
  const some = await runChaos(long, 'long', 'end');
  const all = await runChaos(long, 'long', 'end', { full: true });
  expect([some.violations, all.violations]).toEqual([[], []]);
  expect(some.steps).toBeGreaterThan(32);
  expect(some.steps).toBeLessThan(all.steps - 40);
});
