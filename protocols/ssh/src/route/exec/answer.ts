// Runs what a request to `POST /ssh/exec` asks for, and answers with its output: as one document, or as events while it runs.
import { FairleadError } from '@fairlead/errors';
import {
  audit,
  EVENT_STREAM_TYPE,
  eventsWithClient,
  HttpProblem,
  jsonText,
  NDJSON_TYPE,
  type RequestLimit,
  type RouteContext,
  readJson,
  requestLimit,
  resolveTarget,
  streamWithClient,
  withClient,
} from '@fairlead/http';
import type { Process, SshClient } from '../../types.ts';
import { commandLine, PARAMS } from '../commands/command-line.ts';
import type { Command } from '../commands/settings.ts';
import { type Connect, JSON_TYPE, opener, settingsOf } from '../connection.ts';
import { processEvents } from './events.ts';
import { encodeOutput } from './output-text.ts';
import { bodySchema, type ExecRequest, type ExecResult, type OutputEncoding } from './schemas.ts';

/** What is run, under which limits. */
interface Run {
  readonly line: string;
  /** Whether the line holds words that were quoted for a POSIX shell. */
  readonly isQuoted: boolean;
  readonly stdin: Uint8Array | undefined;
  readonly encoding: OutputEncoding;
  readonly timeoutMs: number | undefined;
}

/** Answers `POST /ssh/exec`. @throws HttpProblem 400, 403, 404; FairleadError as `connect` and `exec`. */
export async function answerExec(c: RouteContext, connect: Connect): Promise<Response> {
  const request = await readJson(c, bodySchema, { partsIn: PARAMS });
  const action = wish(request) === 'run' ? 'any' : (['exec', 'any'] as const);
  const target = resolveTarget(c, { action, connection: request.connection });
  const settings = settingsOf(c, target);
  const run = runOf(c, request, settings.commands);
  audit(c, auditOf(request));
  const open = opener(c, target, settings, connect);
  const accept = c.req.header('Accept') ?? '';
  if (accept.includes(EVENT_STREAM_TYPE)) {
    const { timeoutMs } = limitOf(c, run.timeoutMs, c.get('config').limits.maxTimeoutMs);
    return eventsWithClient(c, open, (ssh, signal) => serverEvents(ssh, run, signal), timeoutMs);
  }
  if (accept.includes(NDJSON_TYPE)) {
    const limit = limitOf(c, run.timeoutMs, c.get('config').limits.maxTimeoutMs);
    return streamWithClient(c, open, (ssh, signal) => lines(ssh, run, signal), limit);
  }
  const { maxResultBytes: maxBytes } = c.get('config').limits;
  const result = await withClient(
    c,
    open,
    async (ssh, signal) => {
      await using process = await start(ssh, run, signal);
      return resultOf(await process.output({ maxBytes }), run.encoding);
    },
    limitOf(c, run.timeoutMs),
  );
  return c.newResponse(jsonText(result), 200, { 'Content-Type': JSON_TYPE });
}

/** @throws HttpProblem 400 where the body names both or neither. */
function wish({ command, run, params }: ExecRequest): 'command' | 'run' {
  if ((command === undefined) === (run === undefined)) {
    throw new HttpProblem('invalid', 'body: give either "command", a name, or "run", a command line.');
  }
  if (run === undefined) return 'command';
  if (params === undefined) return 'run';
  throw fault('params', 'is for "command": a command line of your own has none');
}

function runOf(
  c: RouteContext,
  request: ExecRequest,
  commands: ReadonlyMap<string, Command> | undefined,
): Run {
  const { command: name = '', run, stdin, params = {}, encoding = 'text' } = request;
  if (run !== undefined) return { line: run, isQuoted: false, stdin, encoding, timeoutMs: undefined };
  const command = commands?.get(name);
  if (command === undefined) throw unknownCommand(name, commands);
  if (stdin !== undefined && !command.stdin) throw fault('stdin', `is not read by the command "${name}"`);
  const line = commandLine(command, params, c.get('config').limits.maxJsonDepth);
  return { line, isQuoted: command.params.size > 0, stdin, encoding, timeoutMs: command.timeoutMs };
}

/** Names are no secret from a token that may run them all. */
function unknownCommand(name: string, commands: ReadonlyMap<string, Command> | undefined): HttpProblem {
  const known = [...(commands?.keys() ?? [])].slice(0, 50).join(', ') || 'none';
  return new HttpProblem(
    'not_found',
    `There is no command ${JSON.stringify(name)} here; these are: ${known}. A command line of your own goes into "run" (scope ssh:any).`,
  );
}

function fault(member: string, message: string): HttpProblem {
  const path = `body.${member}`;
  return new HttpProblem('invalid', `${path}: ${message}`, { errors: [{ path, message }] });
}

function auditOf({ command, run }: ExecRequest) {
  return command === undefined ? { action: 'run', statement: run } : { action: 'exec', commands: [command] };
}

/** A command's own time is the default for callers who ask for none, and the most for those who do. */
function limitOf(c: RouteContext, ownMs: number | undefined, defaultMs?: number): RequestLimit {
  const limit = requestLimit(c, ownMs ?? defaultMs);
  if (ownMs === undefined || ownMs >= limit.timeoutMs) return limit;
  return { timeoutMs: ownMs, at: c.get('arrivedAt') + ownMs };
}

/** What servers on Windows say they are: OpenSSH, Bitvise, freeSSHd. */
const WINDOWS = /windows|winsshd|weonlydo/i;

/** @throws FairleadError `policy`: cmd.exe and PowerShell would read the quotes otherwise. */
async function start(ssh: SshClient, { line, isQuoted, stdin }: Run, signal: AbortSignal): Promise<Process> {
  if (isQuoted && WINDOWS.test(ssh.server.software)) {
    const message = 'Commands with parameters need a POSIX shell, and this server runs on Windows.';
    throw new FairleadError('policy', message, { safeToRetry: true });
  }
  return ssh.exec(line, { stdin, signal });
}

function resultOf(
  { code, signal, stdout, stderr }: Awaited<ReturnType<Process['output']>>,
  encoding: OutputEncoding,
): ExecResult {
  const written = [stdout, stderr].map((bytes) => encodeOutput(bytes, encoding));
  const used = written.some((output) => output.encoding === 'base64') ? 'base64' : 'text';
  const [out, err] = [stdout, stderr].map((bytes) => encodeOutput(bytes, used).data);
  return { code, signal, stdout: out ?? '', stderr: err ?? '', encoding: used };
}

async function* lines(ssh: SshClient, run: Run, signal: AbortSignal) {
  for await (const event of processEvents(await start(ssh, run, signal), run.encoding))
    yield JSON.stringify(event);
}

async function* serverEvents(ssh: SshClient, run: Run, signal: AbortSignal) {
  for await (const { event, ...data } of processEvents(await start(ssh, run, signal), run.encoding)) {
    yield { event, data: JSON.stringify(data) };
  }
}
