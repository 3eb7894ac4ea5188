// Where the time of a request goes, by function: what a profile's samples say. Pure.
import type { CpuProfile, ProfileNode } from './profiler.ts';

/** What is no work of the isolate's. */
const NOT_WORK = ['(root)', '(idle)'];

/** A function's time, in microseconds of one request. */
interface Spent {
  readonly name: string;
  /** In the function itself. */
  self: number;
  /** With all that it calls. */
  total: number;
}

/**
 * A Markdown table of the functions that take most time themselves.
 * @param code The isolate's bundle, not minified: its comments name the files.
 * @param requests How many there were in that time.
 */
export function profileTable(profile: CpuProfile, code: string, requests: number, count: number): string {
  const all = [...spent(profile, fileFinder(code)).values()];
  const sum = all.reduce((total, { self }) => total + self, 0);
  const perRequest = (us: number) => (us / requests).toFixed(1);
  const rows = all
    .sort((a, b) => b.self - a.self)
    .slice(0, count)
    .map(({ name, self, total }) => [perRequest(self), perRequest(total), `\`${name}\``]);
  const head = ['µs a request, itself', 'with what it calls', `all: ${perRequest(sum)}`];
  return [head, ['---:', '---:', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function spent(
  { nodes, samples, timeDeltas }: CpuProfile,
  fileOf: (line: number) => string,
): Map<string, Spent> {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<string, Spent>();
  const of = (node: ProfileNode): Spent => {
    const name = nameOf(node, fileOf);
    const known = found.get(name) ?? { name, self: 0, total: 0 };
    found.set(name, known);
    return known;
  };
  samples.forEach((id, i) => {
    const us = timeDeltas[i] ?? 0;
    const leaf = byId.get(id);
    if (leaf === undefined || NOT_WORK.includes(leaf.callFrame.functionName)) return;
    of(leaf).self += us;
    const stack = new Set<Spent>();
    for (
      let node: ProfileNode | undefined = leaf;
      node !== undefined;
      node = byId.get(parents.get(node.id) ?? 0)
    ) {
      stack.add(of(node));
    }
    for (const each of stack) each.total += us;
  });
  return found;
}

function nameOf(
  { callFrame: { functionName, url, lineNumber } }: ProfileNode,
  fileOf: (line: number) => string,
): string {
  if (lineNumber < 0) return functionName;
  return `${functionName || '(anonymous)'} ${url.startsWith('node:') ? url : fileOf(lineNumber)}`;
}

/** By a line of the bundle: which file it came from, after esbuild's comments, and where in the bundle. */
function fileFinder(code: string): (line: number) => string {
  const lines = code.split('\n');
  return (line) => {
    for (let i = line; i >= 0; i--) {
      const file = /^\/\/ (\S+\.[cm]?[jt]s)$/.exec(lines[i] ?? '')?.[1];
      if (file !== undefined) return `${file.replace(/^(\.\.\/)*(node_modules\/)?/, '')}:${line + 1}`;
    }
    return `:${line + 1}`;
  };
}
