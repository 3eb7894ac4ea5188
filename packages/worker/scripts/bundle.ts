// Bundles the Worker, with all that it is made of, into dist/bundle: what a start needs, and parts that are loaded with the first
// request that needs them; dist/bundle.json says what stands in each, and dist/workerd.capnp runs it outside of Cloudflare.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { thirdPartyNotices } from './notices.ts';
import { workerdConfig } from './workerd-config.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const project = dirname(dirname(root));
const dist = join(root, 'dist');
const LANGUAGES = '\0languages';

/** zod's messages in some fifty languages: problems speak English. */
const withoutLanguages: Plugin = {
  name: 'without-languages',
  resolveId: (id, importer) =>
    /\/locales\/index\.js$/.test(id) && importer?.includes('/zod/') ? LANGUAGES : undefined,
  load: (id) => (id === LANGUAGES ? 'export {};' : undefined),
};

rmSync(join(dist, 'bundle'), { recursive: true, force: true });
const bundle = await rolldown({
  input: join(dist, 'index.js'),
  platform: 'neutral',
  resolve: { conditionNames: ['workerd', 'worker', 'browser', 'import'], mainFields: ['module', 'main'] },
  external: [/^cloudflare:/, /^node:/],
  transform: { target: 'es2024', define: { 'process.env.NODE_ENV': '"production"' } },
  plugins: [withoutLanguages],
});
const { output } = await bundle.write({
  dir: join(dist, 'bundle'),
  format: 'esm',
  minify: true,
  sourcemap: true,
  sourcemapExcludeSources: true,
  chunkFileNames: 'part-[hash].js',
});
const chunks = output.filter((file) => file.type === 'chunk');
// Of a package of its own, as bundlers see it: they need not wonder whether the parts may be left out.
writeFileSync(join(dist, 'bundle/package.json'), '{ "type": "module" }\n');
writeFileSync(join(dist, 'bundle.json'), JSON.stringify(Object.fromEntries(chunks.map(contents))));
writeFileSync(
  join(dist, 'THIRD-PARTY-NOTICES'),
  thirdPartyNotices(chunks.flatMap(({ moduleIds }) => moduleIds)),
);

const wrangler = readFileSync(join(project, 'wrangler.toml'), 'utf8');
const files = chunks
  .map(({ fileName }) => fileName)
  .sort((a, b) => Number(b === 'index.js') - Number(a === 'index.js'));
writeFileSync(
  join(dist, 'workerd.capnp'),
  workerdConfig(files, {
    compatibilityDate: /^compatibility_date = "([\d-]+)"/m.exec(wrangler)?.[1] ?? '',
    flags: Array.from(
      /^compatibility_flags = \[(.*)\]/m.exec(wrangler)?.[1]?.matchAll(/"([^"]+)"/g) ?? [],
      ([, flag = '']) => flag,
    ),
  }),
);

/** A file's name; which others it needs at once, which it loads later, and the size of each source in it before it is minified. */
function contents({ fileName, imports, dynamicImports, modules }: OutputChunk) {
  const sources = Object.entries(modules).map(([id, { renderedLength }]) => [
    relative(project, id),
    renderedLength,
  ]);
  const needs = imports.filter((file) => !file.includes(':'));
  return [fileName, { needs, loads: dynamicImports, sources: Object.fromEntries(sources) }] as const;
}
