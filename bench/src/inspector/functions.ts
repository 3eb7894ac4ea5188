// What a tree of samples says of each function, for one operation. Pure.
import { type Call, type CallFrame, sum } from './samplers.ts';

/** What would be printed as zero is left out. */
const LEAST = 0.005;

/** A function's shares. */
interface Shares {
  readonly name: string;
  /** Of the function itself. */
  self: number;
  /** With all that it calls. */
  total: number;
}

/** How the table is cut and named. */
export interface TableOptions {
  /** The isolate's bundle, not minified: its comments name the files. */
  readonly code: string;
  /** How many operations there were. */
  readonly operations: number;
  /** What was sampled, as in `µs`. */
  readonly unit: string;
  /** How many functions are shown. */
  readonly rows: number;
}

/** A Markdown table of the functions with the largest shares of their own, for one operation. */
export function functionTable(root: Call, { code, operations, unit, rows }: TableOptions): string {
  const each = (value: number): string => {
    const share = value / operations;
    return share.toFixed(share < 10 ? 2 : 0);
  };
  const lines = sharesOf(root, fileFinder(code))
    .sort((a, b) => b.self - a.self)
    .filter(({ self }) => self / operations >= LEAST)
    .slice(0, rows)
    .map(({ name, self, total }) => [each(self), each(total), `\`${name}\``]);
  const head = [`${unit} each, itself`, 'with what it calls', `all: ${each(sum(root))}`];
  return [head, ['---:', '---:', '---'], ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function sharesOf(root: Call, fileOf: (line: number) => string): Shares[] {
  const found = new Map<string, Shares>();
  /** @param above The functions that have called this one; recursion counts once. */
  const walk = (call: Call, above: readonly string[]): number => {
    const name = nameOf(call.frame, fileOf);
    const shares = found.get(name) ?? { name, self: 0, total: 0 };
    found.set(name, shares);
    const inside = [...above, name];
    const total = call.calls.reduce((before, each) => before + walk(each, inside), call.self);
    shares.self += call.self;
    if (!above.includes(name)) shares.total += total;
    return total;
  };
  walk(root, []);
  return [...found.values()];
}

function nameOf({ functionName, url, lineNumber }: CallFrame, fileOf: (line: number) => string): string {
  if (lineNumber < 0) return functionName || '(no name)';
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
