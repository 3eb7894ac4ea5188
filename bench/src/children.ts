// The processes that a bench has started, wherever it did: where it is told to end, so are they.
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** How long they have to end in good order; and then the bench, to tidy up. */
const END_MS = 2_000;
const TIDY_MS = 3_000;
/** Of a shell, for the end by a signal. */
const EXIT_CODES = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const;

/**
 * Has signals to this process end all that it has started from now on. The bench then fails for the want of its servers, and tidies
 * up as behind any other failure; what has not ended after two seconds is killed.
 */
export function endChildrenOnSignals(): void {
  const children = new Set<ChildProcess>();
  subscribe('child_process', (message) => {
    const { process: child } = message as { readonly process: ChildProcess };
    children.add(child);
    child.once('exit', () => children.delete(child));
  });
  const endAll = (signal: 'SIGTERM' | 'SIGKILL'): void => {
    for (const child of children) child.kill(signal);
  };
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      process.exitCode = EXIT_CODES[signal];
      // Docker's client hands it on to the container.
      endAll('SIGTERM');
      setTimeout(() => endAll('SIGKILL'), END_MS).unref();
      setTimeout(() => process.exit(), END_MS + TIDY_MS).unref();
    });
  }
}
