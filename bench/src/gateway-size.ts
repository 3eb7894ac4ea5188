// How large the bundled gateway is: what a start reads, what each protocol adds to that, and all that is uploaded.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = join(import.meta.dirname, '../../packages/worker/dist');
const ENTRY = 'index.js';

/** What `packages/worker/scripts/bundle.ts` says of one file. */
interface Contents {
  readonly needs: readonly string[];
  /** Bytes of each source before it is minified, by its path in the project. */
  readonly sources: Readonly<Record<string, number>>;
}

/** A part of the gateway. */
export interface GatewaySize {
  readonly name: string;
  /** As it is uploaded. */
  readonly bytes: number;
  readonly gzipped: number;
}

/** The gateway's sizes, as it was built last. */
export function gatewaySizes(): GatewaySize[] {
  const files: Readonly<Record<string, Contents>> = JSON.parse(
    readFileSync(join(DIST, 'bundle.json'), 'utf8'),
  );
  const atStart = reached(files, ENTRY);
  const sources = [...atStart].flatMap((file) => Object.entries(files[file]?.sources ?? {}));
  const protocols = new Map<string, number>();
  for (const [source, bytes] of sources) {
    const [group, name = ''] = source.split('/');
    if (group === 'protocols') protocols.set(name, (protocols.get(name) ?? 0) + bytes);
  }
  const largest = [...protocols].sort(([, a], [, b]) => b - a)[0] ?? ['none', 0];
  return [
    size('the gateway, at start', [...atStart]),
    { name: 'the gateway, a protocol at start', bytes: largest[1], gzipped: largest[1] },
    size('the gateway, whole', Object.keys(files)),
  ];
}

/** A file and all that it needs at once. */
function reached(files: Readonly<Record<string, Contents>>, entry: string): Set<string> {
  const found = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    waiting.push(...(files[file]?.needs ?? []));
  }
  return found;
}

function size(name: string, files: readonly string[]): GatewaySize {
  const text = files.map((file) => readFileSync(join(DIST, 'bundle', file), 'utf8')).join('\n');
  return { name, bytes: Buffer.byteLength(text), gzipped: gzipSync(text, { level: 9 }).length };
}
