// Starts the Workers of `worker/` in workerd, bundled as a deployment bundles them, and runs their cases over HTTP.
import { join } from 'node:path';
import { inject } from 'vitest';
import { createTestHarness } from 'wrangler';

const { postgres, redis } = inject('servers');

/** For the tests, which look at the server from outside. */
export const DATABASE_URL = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`;
const secrets = { DATABASE_URL, REDIS_URL: `redis://:default-password@localhost:${redis.good.plainPort}/11` };

/** What a case resolved to, and the status of its answer: 500 where it rejected. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of the case's own shape.
  readonly body: any;
}

/** The two Workers, running. The other one has the objects of the first. */
export interface Workers extends AsyncDisposable {
  /** Runs a case of the first Worker. */
  run(name: string, input?: object, worker?: 'library' | 'other'): Promise<Answer>;
  /** The response as it comes. */
  fetch(name: string, input?: object, signal?: AbortSignal): Promise<Response>;
}

/** Starts both. */
export async function startWorkers(): Promise<Workers> {
  const workers = ['wrangler.jsonc', 'other.jsonc'].map((file) => ({
    configPath: join(import.meta.dirname, 'worker', file),
    secrets,
  }));
  const harness = createTestHarness({ workers });
  const { url } = await harness.listen();
  const init = (input: object) => ({ method: 'POST', body: JSON.stringify(input) });
  return {
    run: async (name, input = {}, worker = 'library') => {
      const response = await harness.getWorker(worker).fetch(`http://worker/${name}`, init(input));
      const text = await response.text();
      if (response.status === 404) throw new Error(`There is no case ${name}.`);
      return { status: response.status, body: JSON.parse(text) };
    },
    fetch: (name, input = {}, signal) =>
      fetch(new URL(name, url), { ...init(input), signal: signal ?? null }),
    [Symbol.asyncDispose]: () => harness.close(),
  };
}
