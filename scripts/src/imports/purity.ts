// Finds what a file without I/O may not contain: async code, timers, clocks and randomness.
import { isNode, lineFinder, type Node, type SourceFile, visit } from './files.ts';

/** Something impure, and where. */
export interface Impurity {
  readonly line: number;
  readonly what: string;
}

/** Global functions and objects that call back later. */
export const TIMERS: ReadonlySet<string> = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
  'scheduler',
]);
const CLOCKS = new Set(['Date.now', 'performance.now', 'performance.timeOrigin', 'process.hrtime']);
const RANDOM = new Set(['Math.random', 'crypto.subtle']);
const RANDOM_NAMES = /^(random(Bytes|UUID|Fill|FillSync|Int)|getRandomValues)$/;
const GLOBALS = new Set(['globalThis', 'self', 'global']);

/** Everything impure in `file`, in order. Names are looked at, not scopes: do not name a variable `setTimeout`. */
export function impurities(file: SourceFile): Impurity[] {
  const lineAt = lineFinder(file.text);
  const found: Impurity[] = [];
  visit(file.program, (node) => {
    const what = describe(node);
    if (what) found.push({ line: lineAt(node.start), what });
  });
  return found;
}

function describe(node: Node): string | undefined {
  if (node.async === true) return 'an async function';
  switch (node.type) {
    case 'AwaitExpression':
      return 'await';
    case 'ForOfStatement':
      return node.await === true ? 'for await' : undefined;
    case 'VariableDeclaration':
      return node.kind === 'await using' ? 'await using' : undefined;
    case 'NewExpression':
      return describeNew(node);
    case 'CallExpression':
      return named(node.callee, 'Date') ? 'the clock (Date())' : undefined;
    case 'MemberExpression':
      return describeMember(node);
    case 'Identifier':
      return describeName(node);
    default:
      return undefined;
  }
}

function describeName(node: Node): string | undefined {
  const name = String(node.name);
  if (TIMERS.has(name)) return `a timer (${name})`;
  return RANDOM_NAMES.test(name) ? `randomness (${name})` : undefined;
}

function describeNew(node: Node): string | undefined {
  const args = node.arguments;
  if (named(node.callee, 'Date') && Array.isArray(args) && args.length === 0) return 'the clock (new Date())';
  return named(node.callee, 'Promise') ? 'a Promise' : undefined;
}

function describeMember(node: Node): string | undefined {
  const name = dotted(node);
  if (name === undefined) return undefined;
  if (CLOCKS.has(name)) return `the clock (${name})`;
  if (RANDOM.has(name)) return `randomness or crypto (${name})`;
  return name.startsWith('Promise.') ? `a Promise (${name})` : undefined;
}

/** `a.b` of a member expression on a plain name; `globalThis.a.b` and `a['b']` count as `a.b`. */
function dotted(node: Node): string | undefined {
  const property = node.property;
  if (!isNode(property)) return undefined;
  const last = property[node.computed === true ? 'value' : 'name'];
  if (typeof last !== 'string') return undefined;
  const object = node.object;
  if (!isNode(object)) return undefined;
  const first = object.type === 'Identifier' ? object.name : objectName(object);
  return typeof first === 'string' ? `${first}.${last}` : undefined;
}

function objectName(object: Node): string | undefined {
  const name = object.type === 'MemberExpression' ? dotted(object) : undefined;
  const [first, last] = name?.split('.') ?? [];
  return first !== undefined && GLOBALS.has(first) ? last : undefined;
}

function named(node: unknown, name: string): boolean {
  return isNode(node) && node.type === 'Identifier' && node.name === name;
}
