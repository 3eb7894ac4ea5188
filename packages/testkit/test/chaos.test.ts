// The chaos runner finds what it is there for: each planted fault of a small client is reported, and a sound one is not.
import { FairleadError, type Transport } from '@fairlead/transport';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ChaosSubject, type Fault, runChaos } from '../src/chaos/index.ts';
import { toBytes, toText } from '../src/index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Plant = 'none' | 'stays open when aborted' | 'always safe' | 'never settles' | 'foreign error';

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

  async say(text: string, signal: AbortSignal): Promise<string> {
    let sent = false;
    const abort = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        if (this.plant === 'never settles') return;
        const safeToRetry = this.plant === 'always safe' || !sent;
        const error = new FairleadError('aborted', 'It was aborted.', { safeToRetry });
        if (this.plant !== 'stays open when aborted') this.transport.destroy(error);
        reject(this.plant === 'foreign error' ? new TypeError('undefined is not a function') : error);
      });
    });
    abort.catch(() => undefined);
    const work = async (): Promise<string> => {
      await Promise.resolve();
      if (signal.aborted && this.plant === 'never settles') await new Promise(() => undefined);
      sent = true;
      await this.transport.write(toBytes(`${text}\n`));
      return this.#answer();
    };
    return Promise.race([work(), abort]);
  }

  async #answer(): Promise<string> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer !== undefined) return answer;
      if (this.#failure !== undefined) throw this.#failure;
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
      this.#failure = error;
      this.#wake();
    }
  }
}

function subject(plant: Plant): ChaosSubject<Echo> {
  return {
    name: plant,
    async serve(server, world) {
      for (let line = await server.read(); line !== undefined; line = await server.read()) {
        const copy = line.slice();
        world.saw(toText(copy).trim());
        await server.write(copy);
      }
    },
    connect: async (connector, { signal }) => {
      const transport = await connector({ hostname: 'echo.test', port: 7 }, { signal });
      return new Echo(transport, plant);
    },
    calls: { say: (client, { signal }, marker) => client.say(marker, signal) },
    probe: async (client, { signal }) => (await client.say('probe', signal)) === 'probe',
    close: (client) => client.transport.close(),
  };
}

it.each<[Plant, Fault, RegExp]>([
  ['stays open when aborted', 'abort', /answer that is not its own/],
  ['always safe', 'abort', /aborted is safe to retry, and the server had it/],
  ['never settles', 'abort', /never settles/],
  ['foreign error', 'abort', /a foreign error: TypeError/],
])('finds a client that is unsound: %s', async (plant, fault, message) => {
  const { violations } = await runChaos(subject(plant), 'say', fault);
  expect(violations.join('\n')).toMatch(message);
});

it.each<Fault>(['abort', 'end', 'reset', 'destroy', 'close'])(
  'finds nothing in a sound one: %s',
  async (fault) => {
    const { steps, violations } = await runChaos(subject('none'), 'say', fault);
    expect(violations).toEqual([]);
    expect(steps).toBeGreaterThan(5);
  },
);
