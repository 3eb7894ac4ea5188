// How the source is kept: rooms, lengths, documentation, where waiting stands, and no decision by an error's words. One
// function per rule; it reads no file.
import type { Breach } from './breach.ts';
import { isNode, lineFinder, type Node, type Project, type SourceFile, visit } from './files.ts';
import { TIMERS } from './purity.ts';
import { rooms } from './rooms.ts';

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;

/** Whose waiting goes through `packages/client`. Transports and node-stream are what it waits for. */
const WAITS =
  /^(protocols\/[^/]+|packages\/(bytes|errors|http|mooring|sasl|sql-client|worker|cli|tls))\/src\//;
const WAITING = new Set([
  ...TIMERS,
  'Promise.any',
  'Promise.race',
  'Promise.withResolvers',
  'AbortSignal.any',
  'AbortSignal.timeout',
  'scheduler.wait',
]);
/** Files that decide by a server's words, since the server has no code for what it says; each says so at the place. */
const BY_WORDS: readonly string[] = ['protocols/redis/src/errors.ts'];
const STRING_METHODS = new Set(['includes', 'startsWith', 'endsWith', 'match', 'search', 'indexOf']);
const COMPARISONS = new Set(['===', '!==', '==', '!=']);

type Finding = Omit<Breach, 'file' | 'rule'>;

/** What a script writes is nobody's to cut. */
const GENERATED = /\/src\/generated\//;

/** The rules of this file, by name. */
export const HABITS: Readonly<Record<string, (project: Project) => Breach[]>> = {
  'waiting-at-home': each('waiting-at-home', (file) => (WAITS.test(file.path) ? waiting(file) : [])),
  'small-files': each('small-files', (file) => (GENERATED.test(file.path) ? [] : tooLong(file))),
  'exports-documented': each('exports-documented', undocumented),
  'no-decision-by-message': each('no-decision-by-message', decisionsByMessage),
  rooms,
};

function each(rule: string, find: (file: SourceFile) => Finding[]): (project: Project) => Breach[] {
  return ({ files }) =>
    files
      .filter(({ isTest }) => !isTest)
      .flatMap((file) => find(file).map((finding) => ({ file: file.path, rule, ...finding })));
}

function waiting(file: SourceFile): Finding[] {
  return calls(file).flatMap(({ node, name, line }) => {
    const isAbort = name.endsWith('.addEventListener') && firstArgument(node) === 'abort';
    if (!WAITING.has(name) && !isAbort) return [];
    return [
      {
        line,
        message: `waits by ${isAbort ? "addEventListener('abort')" : name} of its own`,
        wayOut: 'use Alarm, Deadlines, Tick, firstOf, deferred or whenAborted of @fairlead/client',
      },
    ];
  });
}

function tooLong(file: SourceFile): Finding[] {
  const lineAt = lineFinder(file.text);
  const found: Finding[] = [];
  const lines = file.text.split('\n').length - 1;
  if (lines > MAX_FILE_LINES) {
    found.push({
      line: MAX_FILE_LINES + 1,
      message: `has ${lines} lines, more than ${MAX_FILE_LINES}`,
      wayOut: 'give what belongs together a file of its own',
    });
  }
  visit(file.program, (node) => {
    if (!/Function(Declaration|Expression)$/.test(node.type) || node.body === null) return;
    const line = lineAt(node.start);
    const length = lineAt(node.end) - line + 1;
    if (length <= MAX_FUNCTION_LINES) return;
    found.push({
      line,
      message: `a function of ${length} lines, more than ${MAX_FUNCTION_LINES}`,
      wayOut: 'give its steps functions of their own, with names',
    });
  });
  return found;
}

/** Exported declarations without a doc comment before them. */
function undocumented(file: SourceFile): Finding[] {
  const lineAt = lineFinder(file.text);
  const body = isNode(file.program) ? file.program.body : [];
  const found: Finding[] = [];
  const overloaded = new Set<string>();
  for (const node of Array.isArray(body) ? body.filter(isNode) : []) {
    const { declaration } = node;
    if (node.type !== 'ExportNamedDeclaration' || !isNode(declaration)) continue;
    const name = nameOf(declaration);
    // The first of a function's overloads speaks for all.
    const known = name !== undefined && overloaded.has(name);
    if (name !== undefined) overloaded.add(name);
    if (known || /\*\/\s*$/.test(file.text.slice(0, node.start))) continue;
    found.push({
      line: lineAt(node.start),
      message: `exports ${name ?? 'a declaration'} without a doc comment`,
      wayOut: 'say in /** ... */ what it is, its units, defaults and what it throws',
    });
  }
  return found;
}

function decisionsByMessage(file: SourceFile): Finding[] {
  // The chaos runner looks whether an error repeats what it must not.
  if (file.path.startsWith('packages/testkit/') || BY_WORDS.includes(file.path)) return [];
  const lineAt = lineFinder(file.text);
  const found: Finding[] = [];
  visit(file.program, (node) => {
    if (!decidesByMessage(node)) return;
    found.push({
      line: lineAt(node.start),
      message: "decides by an error's message",
      wayOut: "decide by its code, or by the server's words in `server`",
    });
  });
  return found;
}

function decidesByMessage(node: Node): boolean {
  if (node.type === 'BinaryExpression' && COMPARISONS.has(String(node.operator))) {
    return isErrorMessage(node.left) || isErrorMessage(node.right);
  }
  if (node.type !== 'CallExpression' || !isNode(node.callee) || node.callee.type !== 'MemberExpression')
    return false;
  const method = memberName(node.callee);
  if (method === 'test' || method === 'exec') {
    return Array.isArray(node.arguments) && isErrorMessage(node.arguments[0]);
  }
  return method !== undefined && STRING_METHODS.has(method) && isErrorMessage(node.callee.object);
}

/** `error.message`, `error.cause.message`, `server?.message` and the like. */
function isErrorMessage(node: unknown): boolean {
  const member = unwrapped(node);
  if (member?.type !== 'MemberExpression' || memberName(member) !== 'message') return false;
  const owner = unwrapped(member.object);
  const name = owner?.type === 'Identifier' ? owner.name : owner && memberName(owner);
  return /^(e|err|error|cause|reason|failure|server)$/i.test(String(name));
}

/** What stands in parentheses, in an optional chain (`a?.b`) or before a `!`. */
function unwrapped(node: unknown): Node | undefined {
  if (!isNode(node)) return undefined;
  const isWrapper = /^(ChainExpression|ParenthesizedExpression|TSNonNullExpression)$/.test(node.type);
  return isWrapper ? unwrapped(node.expression) : node;
}

interface Call {
  readonly node: Node;
  readonly line: number;
  /** `setTimeout`, `Promise.race`, `signal.addEventListener`; of a longer chain its last two parts. */
  readonly name: string;
}

function calls({ program, text }: SourceFile): Call[] {
  const lineAt = lineFinder(text);
  const found: Call[] = [];
  visit(program, (node) => {
    if (node.type !== 'CallExpression' || !isNode(node.callee)) return;
    const { callee } = node;
    const name = callee.type === 'Identifier' ? String(callee.name) : chain(callee);
    if (name !== undefined) found.push({ node, name, line: lineAt(node.start) });
  });
  return found;
}

function chain(node: Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const { object } = node;
  const owner = isNode(object) && object.type === 'Identifier' ? String(object.name) : '';
  return `${owner}.${memberName(node) ?? ''}`.replace(/^(globalThis|self)\./, '');
}

function memberName({ property }: Node): string | undefined {
  const name = isNode(property) ? (property.name ?? property.value) : undefined;
  return typeof name === 'string' ? name : undefined;
}

function firstArgument({ arguments: given }: Node): unknown {
  const first = Array.isArray(given) ? given[0] : undefined;
  return isNode(first) ? first.value : undefined;
}

function nameOf(declaration: Node): string | undefined {
  const { id, declarations } = declaration;
  if (isNode(id)) return String(id.name);
  const first = Array.isArray(declarations) ? declarations[0] : undefined;
  return isNode(first) && isNode(first.id) ? String(first.id.name) : undefined;
}
