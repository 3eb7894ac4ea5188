// Runs a gateway on this machine until Ctrl-C: the Worker of `@fairlead/worker` in workerd, with the connections of the flags.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertFree, findTools, type Gateway, startGateway, type Tools } from '@fairlead/worker/start';
import type { Arguments } from '../arguments/parse.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, failure, usageError } from '../errors.ts';
import { printable } from '../gateway/refusal.ts';
import { readToken } from '../gateway/token.ts';
import type { Output } from '../output/output.ts';
import { readSettingsFile } from '../settings/read.ts';
import { interrupted } from '../system/interruption.ts';
import { freshToken } from '../token/new.ts';
import { readConnections, shownUrl } from './connections.ts';

const DEFAULT_PORT = 8787;

/** Starts a gateway, says how to reach it, and ends at Ctrl-C with exit code 0. */
export async function runGateway(given: Arguments, output: Output, context: Context): Promise<ExitCode> {
  const [stray] = given.positionals;
  if (stray !== undefined)
    throw usageError('It takes no words but flags.', 'Connections: --connection NAME=URL');
  const port = readPort(given.text('port'));
  const plan = await readPlan(given, context);
  const tools = await requireTools(context);
  await assertFree(port, `fairlead start --port ${port === 65535 ? 8787 : port + 1}`).catch(
    (error: Error) => {
      throw failure(error.message);
    },
  );
  output.progress('Bundling and starting the gateway ...');
  const gateway = await startGateway({ port, settings: plan.settings, tools });
  try {
    await checkHealth(gateway);
    tell(gateway, plan, output);
    await interrupted(context.signal);
    return EXIT.ok;
  } finally {
    await gateway.stop();
  }
}

/** What is to be started. */
interface Plan {
  readonly settings: Readonly<Record<string, unknown>>;
  /** The token to print: one that was made for this run. */
  readonly freshToken: string | undefined;
  /** By name; URLs without their passwords. */
  readonly connections: readonly (readonly [name: string, url: string])[];
}

async function readPlan(given: Arguments, context: Context): Promise<Plan> {
  const file = given.text('settings');
  const flags = ['connection', 'target'].filter((name) => given.has(name));
  if (file !== undefined && flags.length > 0) {
    throw usageError(`With --settings everything stands in the file: leave out --${flags[0]}.`);
  }
  const own = await readToken(context);
  const token = own ?? freshToken();
  const FAIRLEAD_TOKENS = [{ name: 'local', token, scopes: ['*'] }];
  if (file !== undefined) {
    const { values } = await readSettingsFile(file, context);
    if (values.FAIRLEAD_TOKENS !== undefined && own === undefined) {
      return { settings: values, freshToken: undefined, connections: [] };
    }
    if (values.FAIRLEAD_TOKENS !== undefined) {
      throw usageError(
        'FAIRLEAD_TOKEN is set, and the file has FAIRLEAD_TOKENS.',
        'Unset the variable FAIRLEAD_TOKEN.',
      );
    }
    return { settings: { ...values, FAIRLEAD_TOKENS }, freshToken: own ? undefined : token, connections: [] };
  }
  const connections = readConnections(given.texts('connection'), context.env);
  return {
    settings: {
      FAIRLEAD_TOKENS,
      FAIRLEAD_CONNECTIONS: Object.fromEntries(connections),
      FAIRLEAD_TARGETS: given.texts('target').flatMap((text) => text.split(',')),
    },
    freshToken: own ? undefined : token,
    connections: connections.map(([name, url]) => [name, shownUrl(url)]),
  };
}

function readPort(text: string | undefined): number {
  const port = text === undefined ? DEFAULT_PORT : Number(/^\d{1,5}$/.test(text) ? text : Number.NaN);
  if (port >= 0 && port <= 65535) return port;
  throw usageError(`--port is a number from 0 to 65535, and not "${text}".`, '0 takes any free port.');
}

async function requireTools({ cwd }: Context): Promise<Tools> {
  const here = dirname(fileURLToPath(import.meta.url));
  const tools = await findTools([cwd, here]);
  if (tools !== undefined) return tools;
  throw usageError(
    'It needs wrangler, which runs Workers on this machine and is not installed here.',
    'npm install --save-dev wrangler, or: npx -p @fairlead/cli -p wrangler fairlead start ...',
  );
}

/** The gateway judges its settings at its first request. */
async function checkHealth({ url }: Gateway): Promise<void> {
  const response = await fetch(`${url}/healthz`);
  const text = await response.text();
  if (response.ok) return;
  const detail = /"detail"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  const words =
    detail === undefined ? `it answered ${response.status}` : printable(String(JSON.parse(detail)));
  throw failure(`The gateway does not take its settings: ${words}`, 'More about them: fairlead check');
}

function tell({ url }: Gateway, { freshToken: token, connections }: Plan, output: Output): void {
  const names = connections.map(([name]) => name);
  const event = { event: 'started', url, ...(token === undefined ? {} : { token }), connections: names };
  const width = Math.max(7, ...names.map((name) => name.length));
  const row = (name: string, text: string): string => `${name.padEnd(width)}   ${text}`;
  const shown = token ?? '$FAIRLEAD_TOKEN';
  const lines = [
    row('Gateway', `${output.paint('bold', url)}   reachable from this machine only`),
    row(
      'Token',
      token === undefined ? 'as you have set it' : `${token}   made for this run, may do everything`,
    ),
    ...connections.map(([name, text]) => row(name, text)),
    '',
    `Try:   curl -H "Authorization: Bearer ${shown}" ${url}/connections`,
    `Look:  ${url}/console`,
    `Read:  ${url}/docs`,
    'Stop:  Ctrl-C',
  ];
  output.result(event, lines.join('\n'));
}
