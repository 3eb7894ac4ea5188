// Digests that the server computes. It is the caller's turn.
import { usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { Digest } from '../types.ts';
import { pathArgument } from '../wire/names.ts';
import { readDigest } from '../wire/values.ts';

/** An algorithm, the digits of its values, and the command of servers that have no HASH. */
const ALGORITHMS: readonly (readonly [algorithm: string, digits: number, command: string])[] = [
  ['SHA-512', 128, 'XSHA512'],
  ['SHA-256', 64, 'XSHA256'],
  ['SHA-1', 40, 'XSHA1'],
  ['MD5', 32, 'XMD5'],
  ['CRC32', 8, 'XCRC'],
];

/** HASH (draft-bryan-ftp-hash), or one of the older commands. */
export async function hashOf(
  connection: Connection,
  path: string,
  features: ReadonlyMap<string, string>,
  wanted: string | undefined,
): Promise<Digest> {
  const offered =
    features
      .get('HASH')
      ?.toUpperCase()
      .replaceAll('*', '')
      .split(/[;,\s]+/) ?? [];
  for (const [algorithm, digits, command] of ALGORITHMS) {
    if (wanted !== undefined && wanted.toUpperCase().replace('-', '') !== algorithm.replace('-', ''))
      continue;
    const isHash = offered.includes(algorithm);
    if (!isHash && !features.has(command) && !(command === 'XSHA1' && features.has('XSHA'))) continue;
    if (isHash) await connection.ask(`OPTS HASH ${algorithm}`);
    const line = isHash ? 'HASH' : features.has(command) ? command : 'XSHA';
    const reply = await connection.ask(`${line} ${pathArgument(path)}`);
    return readDigest(reply, algorithm, digits, isHash);
  }
  throw usage(`The server does not offer ${wanted === undefined ? 'digests' : `the digest ${wanted}`}`);
}
