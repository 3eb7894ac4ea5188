// Which tunnels are asked for: one by the arguments, or several by a file. Checked as a whole before anything listens.
import { dirname, resolve } from 'node:path';
import { nearest } from '../arguments/nearest.ts';
import type { Arguments } from '../arguments/parse.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { gatewayUrl } from '../gateway/url.ts';
import { isObject } from '../system/json.ts';
import { readText } from '../system/read-text.ts';

/** One tunnel: a local address, and where its connections lead. */
export interface TunnelEntry {
  /** `ws:` or `wss:`. */
  readonly url: URL;
  readonly listen: ListenAddress;
  /** A file with the token of this tunnel; else that of the environment. */
  readonly tokenFile?: string | undefined;
}

/** Where a tunnel listens. */
export interface ListenAddress {
  /** An address, or `localhost`; IPv6 without brackets. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

const MEMBERS = ['url', 'listen', 'tokenFile', 'insecure'];
const MAX_TUNNELS = 100;

/**
 * The tunnels that the arguments ask for.
 * @throws CommandError 2
 */
export async function readEntries(given: Arguments, { cwd }: Context): Promise<readonly TunnelEntry[]> {
  const file = given.text('config');
  const listen = given.text('listen');
  const insecure = given.has('insecure');
  const [url, ...more] = given.positionals;
  if (file !== undefined) {
    if (url !== undefined || listen !== undefined) {
      throw usageError('With --config the tunnels stand in the file: leave out the URL and --listen.');
    }
    return readConfig(resolve(cwd, file), insecure);
  }
  if (url === undefined) throw usageError('The URL of the tunnel is missing.', EXAMPLE);
  if (more.length > 0) throw usageError('One URL is one tunnel; several stand in a file.', FILE_EXAMPLE);
  if (listen === undefined) throw usageError('--listen is missing: the local port.', EXAMPLE);
  return [{ url: gatewayUrl(url, { scheme: 'ws', insecure }), listen: parseListen(listen) }];
}

const EXAMPLE = 'For instance: fairlead tunnel wss://gateway.example.com/tcp/tunnel/main --listen 5432';
const FILE_EXAMPLE =
  'For instance: { "tunnels": [{ "url": "wss://gateway.example.com/tcp/tunnel/main", "listen": 5432 }] }';

/**
 * `5432`, `127.0.0.1:5432`, `[::1]:5432`, `localhost:5432`; loopback where only a port is named.
 * @throws CommandError 2
 */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:(\[[0-9a-f:.]+\]|[a-z0-9.-]+):)?(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65535) {
    throw usageError(`"${text}" is no address to listen on.`, 'Write 5432, 127.0.0.1:5432 or [::1]:5432.');
  }
  return { host: match[1]?.replace(/^\[|\]$/g, '') ?? '127.0.0.1', port };
}

async function readConfig(path: string, insecure: boolean): Promise<readonly TunnelEntry[]> {
  const list = tunnelsOf(await readJson(path), path);
  return list.map((entry, n) => {
    const place = `${path}: tunnels[${n}]`;
    try {
      return readEntry(entry, dirname(path), insecure);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const advice = 'advice' in error && typeof error.advice === 'string' ? error.advice : undefined;
      throw usageError(`${place}: ${error.message}`, advice);
    }
  });
}

async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's words, which repeat the text.
    throw usageError(`The file ${path} is not JSON.`, FILE_EXAMPLE);
  }
}

function tunnelsOf(value: unknown, path: string): readonly unknown[] {
  const list = isObject(value) ? value.tunnels : undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_TUNNELS) {
    throw usageError(`The file ${path} has no list "tunnels" of 1 to ${MAX_TUNNELS} entries.`, FILE_EXAMPLE);
  }
  return list;
}

function readEntry(entry: unknown, folder: string, insecure: boolean): TunnelEntry {
  if (!isObject(entry)) throw usageError('It is no object.', FILE_EXAMPLE);
  for (const member of Object.keys(entry)) {
    if (MEMBERS.includes(member)) continue;
    if (/token|password|secret/i.test(member)) {
      throw usageError(
        `The member "${member}" is refused: files with tunnels are copied and committed.`,
        'Put the token into the variable FAIRLEAD_TOKEN, or name a file that holds it: "tokenFile".',
      );
    }
    const meant = nearest(member, MEMBERS);
    throw usageError(`There is no member "${member}".`, meant && `Did you mean "${meant}"?`);
  }
  const { url, listen, tokenFile, insecure: ownInsecure = false } = entry;
  if (typeof url !== 'string') throw usageError('"url" is missing, or no string.', FILE_EXAMPLE);
  if (typeof listen !== 'string' && typeof listen !== 'number') {
    throw usageError('"listen" is missing: a port, or an address and a port.', FILE_EXAMPLE);
  }
  if (tokenFile !== undefined && typeof tokenFile !== 'string') throw usageError('"tokenFile" is no string.');
  if (typeof ownInsecure !== 'boolean') throw usageError('"insecure" is neither true nor false.');
  return {
    url: gatewayUrl(url, { scheme: 'ws', insecure: insecure || ownInsecure }),
    listen: parseListen(String(listen)),
    tokenFile: tokenFile === undefined ? undefined : resolve(folder, tokenFile),
  };
}
