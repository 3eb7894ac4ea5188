// Runs the tunnels of a command until Ctrl-C.
import { Alarm } from '@fairlead/client';
import type { Arguments } from '../arguments/parse.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { requireToken } from '../gateway/token.ts';
import { isLoopback } from '../gateway/url.ts';
import type { Output } from '../output/output.ts';
import { interrupted } from '../system/interruption.ts';
import { readEntries } from './entries.ts';
import { Listener } from './listener.ts';

/** A gateway that gives no sign of life for this long, and one more time so long, is given up. */
const ALIVE_EVERY_MS = 60_000;

/** Listens for all tunnels or for none, and ends at Ctrl-C with exit code 0. */
export async function runTunnels(given: Arguments, output: Output, context: Context): Promise<ExitCode> {
  const entries = await readEntries(given, context);
  // A token that is missing is told now, and not at the first connection.
  for (const { tokenFile } of entries) await requireToken(context, tokenFile);
  let connections = 0;
  const run = {
    output,
    token: ({ tokenFile }: { readonly tokenFile?: string | undefined }) => requireToken(context, tokenFile),
    verbose: given.has('verbose'),
    nextId: () => ++connections,
  };
  const listeners: Listener[] = [];
  const alarm = new Alarm(() => {
    for (const listener of listeners) listener.checkAlive();
    alarm.ringBy(Date.now() + ALIVE_EVERY_MS);
  });
  try {
    for (const entry of entries) {
      const listener = await Listener.start(entry, run);
      listeners.push(listener);
      const { address: listen } = listener;
      output.result(
        { event: 'listening', listen, url: entry.url.href },
        `${output.paint('bold', listen)} -> ${entry.url.href}`,
      );
      if (!isLoopback(entry.listen.host)) warn(listen, output);
    }
    output.progress('Ctrl-C ends.');
    alarm.ringBy(Date.now() + ALIVE_EVERY_MS);
    await interrupted(context.signal);
    return EXIT.ok;
  } finally {
    alarm.clear();
    await Promise.all(listeners.map((listener) => listener.stop()));
  }
}

function warn(listen: string, output: Output): void {
  const message = 'every program that reaches this address uses the tunnel with your token';
  output.complaint({ event: 'warning', listen, message }, `${listen}: ${message}`);
}
