// Who may import whom: one function per rule. It reads no file; `files.ts` has done that. How the source is kept besides
// is in `habits.ts`.
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import type { Breach } from './breach.ts';
import { cycles } from './cycles.ts';
import { type Import, type Project, packageName, type SourceFile, type Workspace } from './files.ts';
import { HABITS } from './habits.ts';
import { impurities } from './purity.ts';

type Rule = (project: Project) => Breach[];

const SOCKET_FILE = 'packages/transport/src/worker-socket.ts';
/** Purity goes by rooms: what is on the wire and what it means does no I/O. */
const PURE = /^(protocols\/[^/]+\/src\/(wire|session)\/|packages\/bytes\/src\/)/;
const ASYNC_PART = /^protocols\/[^/]+\/src\/(client\.ts|connection\/|route\/)/;
const ROUTE = /^protocols\/[^/]+\/src\/route\//;
/** Built-in modules that only compute; `no-io-in-codec` watches the random half of `node:crypto`. */
const COMPUTING = new Set(['node:buffer', 'node:crypto']);
const COMPOSERS = new Set(['packages/worker']);

/** All rules, by name. */
export const RULES: Readonly<Record<string, Rule>> = {
  'one-socket-file': oneSocketFile,
  'no-io-in-codec': noIoInCodec,
  'codec-imports': codecImports,
  'protocols-apart': protocolsApart,
  'protocols-composed-in-worker': protocolsComposedInWorker,
  'testkit-in-tests': testkitInTests,
  'http-in-route': httpInRoute,
  'no-relative-reach': noRelativeReach,
  'declared-dependencies': declaredDependencies,
  'no-cycles': noCycles,
  ...HABITS,
};

/** Every breach of every rule, in the order of files. */
export function checkRules(project: Project): Breach[] {
  const found = Object.values(RULES).flatMap((rule) => rule(project));
  return found.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

function oneSocketFile({ files }: Project): Breach[] {
  return eachImport(files, (file, { specifier, typeOnly }) =>
    specifier === 'cloudflare:sockets' && !typeOnly && !file.isTest && file.path !== SOCKET_FILE
      ? {
          rule: 'one-socket-file',
          message: `imports cloudflare:sockets, which only ${SOCKET_FILE} may`,
          wayOut:
            "take a Connector, or import { connect } from '@fairlead/transport'; types by `import type`",
        }
      : undefined,
  );
}

function noIoInCodec({ files }: Project): Breach[] {
  return files
    .filter(({ path }) => PURE.test(path))
    .flatMap((file) =>
      impurities(file).map(({ line, what }) => ({
        file: file.path,
        line,
        rule: 'no-io-in-codec',
        message: `${what} where no I/O may be`,
        wayOut: 'move it to connection/ and hand the value in as an argument',
      })),
    );
}

function codecImports(project: Project): Breach[] {
  const graph = relativeGraph(project);
  const codec = project.files.filter(({ path }) => PURE.test(path)).map(({ path }) => path);
  const reached = reach(codec, graph);
  return eachImport(
    project.files.filter(({ path }) => reached.has(path)),
    (file, { specifier }) => {
      const target = resolve(file.path, specifier, project);
      const forbidden =
        (/^(node|cloudflare):/.test(specifier) && !COMPUTING.has(specifier)) ||
        ['@fairlead/transport', '@fairlead/http', '@fairlead/node-stream'].includes(packageName(specifier)) ||
        (target !== undefined && ASYNC_PART.test(target) && !ASYNC_PART.test(file.path));
      return forbidden
        ? {
            rule: 'codec-imports',
            message: `is part of a codec (${reached.get(file.path)}) and imports ${specifier}`,
            wayOut: 'wire/ and session/ import bytes, errors and each other; move what is shared into wire/',
          }
        : undefined;
    },
  );
}

function protocolsApart({ files, workspaces }: Project): Breach[] {
  const protocols = protocolNames(workspaces);
  return eachImport(files, ({ workspace, isTest }, { specifier }) => {
    const name = packageName(specifier);
    return !isTest &&
      workspace?.dir.startsWith('protocols/') &&
      protocols.has(name) &&
      name !== workspace.name
      ? {
          rule: 'protocols-apart',
          message: `a protocol imports another protocol, ${name}`,
          wayOut: 'move what both need into packages/, or join them in packages/worker',
        }
      : undefined;
  });
}

function protocolsComposedInWorker({ files, workspaces }: Project): Breach[] {
  const protocols = protocolNames(workspaces);
  return eachImport(files, ({ workspace, isTest }, { specifier }) =>
    !isTest &&
    workspace?.dir.startsWith('packages/') &&
    !COMPOSERS.has(workspace.dir) &&
    protocols.has(packageName(specifier))
      ? {
          rule: 'protocols-composed-in-worker',
          message: `a shared package imports a protocol, ${packageName(specifier)}`,
          wayOut: 'only packages/worker joins protocols; pass what you need as an argument',
        }
      : undefined,
  );
}

function testkitInTests({ files }: Project): Breach[] {
  return eachImport(files, ({ workspace, isTest }, { specifier }) =>
    !isTest && workspace?.dir !== 'packages/testkit' && packageName(specifier) === '@fairlead/testkit'
      ? {
          rule: 'testkit-in-tests',
          message: 'imports @fairlead/testkit outside tests',
          wayOut: 'use it under test/ only, and list it in devDependencies',
        }
      : undefined,
  );
}

function httpInRoute({ files }: Project): Breach[] {
  return eachImport(files, ({ path, workspace, isTest }, { specifier }) =>
    !isTest &&
    workspace?.dir.startsWith('protocols/') &&
    ['@fairlead/http', 'hono', '@hono/zod-openapi'].includes(packageName(specifier)) &&
    !ROUTE.test(path)
      ? {
          rule: 'http-in-route',
          message: `imports ${packageName(specifier)} outside route/`,
          wayOut: 'keep HTTP in src/route/, so that importing the client pulls in none of it',
        }
      : undefined,
  );
}

function noRelativeReach(project: Project): Breach[] {
  return eachImport(project.files, ({ path, workspace }, { specifier }) => {
    const target = resolve(path, specifier, project);
    const other = target && project.workspaces.find(({ dir }) => target.startsWith(`${dir}/`));
    return workspace && other && other !== workspace && !isSuite(path, target)
      ? {
          rule: 'no-relative-reach',
          message: `reaches into ${other.dir} by a relative path`,
          wayOut: `import ${other.name}, and export there what you need`,
        }
      : undefined;
  });
}

/** A suite against one package may use what that package's tests are made of, which nothing should export. */
function isSuite(path: string, target: string): boolean {
  return path.startsWith('integration/suites/') && /^packages\/[^/]+\/test\//.test(target);
}

function declaredDependencies({ files, rootDependencies }: Project): Breach[] {
  const builtins = new Set(builtinModules);
  return eachImport(files, ({ workspace, isTest }, { specifier }) => {
    const name = packageName(specifier);
    const known =
      !workspace ||
      // `#name` is the package's own, by `imports` in its package.json.
      /^[.#]/.test(specifier) ||
      /^(node|cloudflare|virtual):/.test(specifier) ||
      builtins.has(name) ||
      name === workspace.name ||
      workspace.dependencies.has(name) ||
      (isTest &&
        // Declaring testkit would make a cycle of workspaces, as it depends on the transport it tests.
        (name === '@fairlead/testkit' || workspace.devDependencies.has(name) || rootDependencies.has(name)));
    return known
      ? undefined
      : {
          rule: 'declared-dependencies',
          message: `imports ${name}, which ${workspace.dir}/package.json does not declare`,
          wayOut: `npm install ${isTest ? '--save-dev ' : ''}${name} --workspace ${workspace.name}`,
        };
  });
}

function noCycles(project: Project): Breach[] {
  const found = [...cycles(relativeGraph(project)), ...cycles(packageGraph(project))];
  return found.map((path) => ({
    file: path[0] ?? '',
    line: 1,
    rule: 'no-cycles',
    message: `import cycle: ${[...path, path[0]].join(' -> ')}`,
    wayOut: 'move what both ends need into a third file',
  }));
}

type Finding = Pick<Breach, 'rule' | 'message' | 'wayOut'>;

function eachImport(
  files: readonly SourceFile[],
  judge: (file: SourceFile, each: Import) => Finding | undefined,
): Breach[] {
  return files.flatMap((file) =>
    file.imports.flatMap((each) => {
      const finding = judge(file, each);
      return finding ? [{ file: file.path, line: each.line, ...finding }] : [];
    }),
  );
}

function protocolNames(workspaces: readonly Workspace[]): Set<string> {
  return new Set(workspaces.filter(({ dir }) => dir.startsWith('protocols/')).map(({ name }) => name));
}

/** The project's file that a relative specifier means. */
function resolve(from: string, specifier: string, { files }: Project): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = posix.join(posix.dirname(from), specifier);
  const candidates = [base, base.replace(/\.([mc]?)js$/, '.$1ts'), `${base}.ts`, `${base}/index.ts`];
  const found = candidates.find((path) => files.some((file) => file.path === path));
  return found ?? (base.startsWith('..') ? undefined : base);
}

function relativeGraph(project: Project): Map<string, Set<string>> {
  return new Map(
    project.files.map((file) => {
      const targets = file.imports.map(({ specifier }) => resolve(file.path, specifier, project));
      return [file.path, new Set(targets.filter((target) => target !== undefined))];
    }),
  );
}

function packageGraph({ files, workspaces }: Project): Map<string, Set<string>> {
  const known = new Set(workspaces.map(({ name }) => name));
  const graph = new Map<string, Set<string>>();
  for (const { workspace, isTest, imports } of files) {
    if (!workspace || isTest) continue;
    const targets = graph.get(workspace.name) ?? new Set();
    graph.set(workspace.name, targets);
    for (const { specifier } of imports) {
      const name = packageName(specifier);
      if (known.has(name) && name !== workspace.name) targets.add(name);
    }
  }
  return graph;
}

/** Every file reachable from `starts`, mapped to the start that reaches it. */
function reach(
  starts: readonly string[],
  graph: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, string> {
  const seen = new Map<string, string>();
  const queue = starts.map((start) => [start, start] as const);
  for (let next = queue.pop(); next; next = queue.pop()) {
    const [path, start] = next;
    if (seen.has(path)) continue;
    seen.set(path, start);
    if (ASYNC_PART.test(path)) continue;
    for (const target of graph.get(path) ?? []) queue.push([target, start]);
  }
  return seen;
}
