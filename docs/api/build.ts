// `npm run docs:api`: the API reference in `docs/api/dist`, from the doc comments of everything that users import. A link that
// leads nowhere, and a type that a signature names but no package exports, are errors.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, OptionDefaults, type ProjectReflection, ReflectionKind, TSConfigReader } from 'typedoc';
import { entryPoints } from './entry-points.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..', '..');

/** By package: types that signatures name and that are not exported yet. An entry that is no longer needed is an error. */
const KNOWN: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(join(HERE, 'not-exported.json'), 'utf8'),
);

const packages = entryPoints(ROOT);
const specifiers = [...packages.values()].flat();
/** One a source: `@fairlead/transport/workerd` is `@fairlead/transport` as workerd gets it. The first name stands for all. */
const modules = specifiers.filter(
  ({ file }, at) => specifiers.findIndex((other) => other.file === file) === at,
);

async function newApplication(): Promise<Application> {
  const options = {
    name: 'Fairlead',
    tsconfig: join(HERE, 'tsconfig.sources.json'),
    // One program for all packages: a type of another package is its source, and can be linked to.
    compilerOptions: {
      paths: Object.fromEntries(specifiers.map(({ specifier, file }) => [specifier, [file]])),
    },
    entryPoints: modules.map(({ file }) => file),
    // `npm run check:types` does that, with the TypeScript that the sources are written for.
    skipErrorChecking: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    readme: 'none',
    // What the generator of the SDK's types writes.
    blockTags: [...OptionDefaults.blockTags, '@description' as const],
    treatWarningsAsErrors: true,
    sort: ['source-order' as const],
    // Comments that are inherited from these link to their own types.
    externalSymbolLinkMappings: { kysely: { '*': '#' }, 'drizzle-orm': { '*': '#' } },
  };
  return Application.bootstrap(options, [new TSConfigReader()]);
}

/** Converts all modules, named as users import them. */
function convert(app: Application): ProjectReflection {
  const found = app.getEntryPoints() ?? [];
  const named = found.map((entry) => {
    const specifier = modules.find(({ file }) => file === entry.sourceFile.fileName)?.specifier;
    return { ...entry, displayName: specifier ?? entry.displayName };
  });
  return app.converter.convert(named);
}

/** TypeDoc looks for types that are not exported in one package alone, the project's: each package is that once. */
function validate(app: Application, project: ProjectReflection): void {
  for (const name of packages.keys()) {
    project.packageName = name;
    app.options.setValue('intentionallyNotExported', [...(KNOWN[name] ?? [])]);
    app.options.setValue('validation', { notExported: true, invalidLink: false, invalidPath: false });
    app.validate(project);
  }
  project.packageName = 'fairlead';
  app.options.setValue('validation', { notExported: false, invalidLink: true, invalidPath: true });
  app.validate(project);
}

const started = Date.now();
const app = await newApplication();
const project = convert(app);
validate(app, project);
await app.generateDocs(project, join(HERE, 'dist'));
const documented = project.getReflectionsByKind(ReflectionKind.SomeExport).length;
const seconds = Math.round((Date.now() - started) / 1000);
console.log(`${modules.length} modules, ${documented} exports: docs/api/dist, in ${seconds} s`);
process.exitCode = app.logger.errorCount + app.logger.warningCount > 0 ? 1 : 0;
