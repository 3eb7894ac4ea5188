// Sends a page's commands to the gateway, and keeps every byte of the replies.
import {
  type CallOptions,
  type Client,
  FairleadProblem,
  type Input,
  isFairleadProblem,
  redisTransaction,
} from '@fairlead/sdk';
import type { Caller } from '../../../session/calls/caller.ts';
import type { Argument, Command } from './argument.ts';
import { replyOfJson } from './base64-reply.ts';
import { type Reply, unlessError } from './reply.ts';
import { decodeReplies } from './resp2.ts';

const PIPELINE = { method: 'POST', path: '/redis/pipeline' };

/** The commands of one tab. */
export class Redis {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Runs one command. @returns Its reply, which may be an error. @throws FairleadProblem where the gateway refused. */
  async ask(command: Command, options: CallOptions = {}): Promise<Reply> {
    const [reply] = await this.askAll([command], options);
    return reply ?? { type: 'nil' };
  }

  /** Runs one command. @throws FairleadProblem, also for an error reply. */
  async run(command: Command, options: CallOptions = {}): Promise<Reply> {
    return unlessError(await this.ask(command, options));
  }

  /** Runs commands in their order, those without bytes together. @returns A reply for each, which may be an error. */
  async askAll(commands: readonly Command[], options: CallOptions = {}): Promise<readonly Reply[]> {
    const texts = commands.filter(isText);
    const together =
      texts.length === 0
        ? []
        : await this.#caller.run('redisPipeline', pipeline, { body: texts.map(mutable), ...options });
    const replies: Reply[] = [];
    let next = 0;
    for (const command of commands) {
      if (isText(command)) replies.push(together[next++] ?? { type: 'nil' });
      else replies.push(await this.#withBytes(command, options));
    }
    return replies;
  }

  /** Runs commands all together or not at all. @throws FairleadProblem, also where one of them failed. */
  async transact(commands: readonly Command[], options: CallOptions = {}): Promise<void> {
    if (commands.length === 1) {
      for (const command of commands) await this.run(command, options);
      return;
    }
    const texts = commands.filter(isText);
    if (texts.length < commands.length) throw tooManyBytes();
    const input = { body: texts.map(mutable), ...options };
    const results = await this.#caller.run('redisTransaction', redisTransaction, input);
    for (const result of results)
      if ('error' in result && result.error !== undefined)
        throw new FairleadProblem({ code: 'server', detail: String(result.error) });
  }

  /** JSON has no bytes: one argument may travel as the request's body, with the others around it in the URL. */
  async #withBytes(command: Command, options: CallOptions): Promise<Reply> {
    const input = { ...splitAtBytes(command), ...options };
    try {
      return await this.#caller.run('redisRunPathWithBody', runWithBytes, input);
    } catch (error) {
      if (isFairleadProblem(error) && error.code === 'server') return { type: 'error', text: error.message };
      throw error;
    }
  }
}

interface WithBytes extends CallOptions {
  readonly path: { readonly command: string };
  readonly query: { readonly '': readonly string[] };
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Where each argument of a command with bytes travels. @throws FairleadProblem for a command that cannot. */
export function splitAtBytes(command: Command): WithBytes {
  const at = command.findIndex((argument) => typeof argument !== 'string');
  const body = command[at];
  const before = command.slice(0, at);
  const behind = command.slice(at + 1);
  const isRefused =
    body === undefined ||
    typeof body === 'string' ||
    body.length === 0 ||
    !before.every(isGiven) ||
    !behind.every(isGiven);
  if (isRefused) throw tooManyBytes();
  return {
    path: { command: before.map((argument) => encodeURIComponent(String(argument))).join('/') },
    query: { '': behind.map(String) },
    body,
  };
}

const isGiven = (argument: Argument): boolean => typeof argument === 'string' && argument !== '';

function tooManyBytes(): FairleadProblem {
  const detail =
    'Over HTTP a command may have one argument that is not UTF-8 text, and no empty one beside it. Use a client of Redis itself for this one.';
  return new FairleadProblem({ code: 'invalid', detail });
}

async function pipeline(client: Client, input: Input<'redisPipeline'>): Promise<Reply[]> {
  const asked = { ...input, headers: { 'Upstash-Response-Format': 'resp2' } };
  const { response, time } = await client.send(PIPELINE, asked, { accept: 'application/octet-stream' });
  try {
    return decodeReplies(new Uint8Array(await response.arrayBuffer()));
  } catch (error) {
    throw time.explain(error);
  } finally {
    time.stop();
  }
}

async function runWithBytes(client: Client, { path, ...input }: WithBytes): Promise<Reply> {
  const operation = {
    method: 'POST',
    path: `/redis/${path.command}`,
    bodyType: 'application/octet-stream',
  };
  const asked = { ...input, headers: { 'Upstash-Encoding': 'base64' } };
  const { response, time } = await client.send(operation, asked, { accept: 'application/json' });
  try {
    const { result } = (await response.json()) as { result?: unknown };
    return replyOfJson(result);
  } catch (error) {
    throw time.explain(error);
  } finally {
    time.stop();
  }
}

function isText(command: Command): command is readonly string[] {
  return command.every((argument) => typeof argument === 'string');
}

function mutable(command: readonly string[]): string[] {
  return [...command];
}
