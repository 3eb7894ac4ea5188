// Starts the Worker that verifies, in workerd. NODE_EXTRA_CA_CERTS must be set before this file is imported.
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { bundleWorker, workerOptions } from '../../../workerd/bundle.ts';
import type { ChainAnswer, ChainQuestion, NativeQuestion } from './protocol.ts';

/** The Worker, running. */
export interface Verifier extends AsyncDisposable {
  /** What @fairlead/tls says of the chains, in their order. */
  ours(questions: readonly ChainQuestion[]): Promise<readonly ChainAnswer[]>;
  /** Lets the platform's TLS try these servers; settles when it has tried all. */
  native(questions: readonly NativeQuestion[]): Promise<void>;
  /** What workerd has logged since the last call, the newest thousand lines at most. */
  takeLog(): string[];
}

/** Starts it; @fairlead/tls must be built. */
export async function startVerifier(): Promise<Verifier> {
  const contents = await bundleWorker(join(import.meta.dirname, 'worker.ts'));
  const log: string[] = [];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...workerOptions(contents),
      handleStructuredLogs: ({ message }) => {
        log.push(message);
        if (log.length > 1_000) log.shift();
      },
    }),
  );
  const url = await miniflare.ready;
  const ask = async (path: string, questions: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(new URL(path, url), { method: 'POST', body: JSON.stringify(questions) });
    const text = await response.text();
    if (!response.ok) throw new Error(`the Worker answers ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
  return {
    ours: async (questions) => (await ask('/ours', questions)) as ChainAnswer[],
    native: async (questions) => {
      await ask('/native', questions);
    },
    takeLog: () => log.splice(0),
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  };
}
