// `node scripts/build-examples.ts [NAME ...]`, a part of `npm run nightly`: installs and builds the examples of frameworks, and
// asks each one for its page in workerd, with the Postgres of `npm start` behind it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askExample, buildExample, FRAMEWORKS } from './src/examples/frameworks.ts';
import { readProject } from './src/imports/files.ts';
import { packAll } from './src/packages/tarballs.ts';
import { startPostgres } from './src/start/postgres.ts';

const root = process.cwd();
const chosen = process.argv.slice(2);
const names = chosen.length > 0 ? chosen : FRAMEWORKS;
const dirs = readProject(root)
  .workspaces.map(({ dir }) => dir)
  .filter((dir) => /^(packages|protocols)\//.test(dir));

/** A harbour of the sample database. Every page lists them. */
const EXPECTED = 'Rotterdam';

let failed = 0;
const postgres = await startPostgres();
const DATABASE_URL = `postgres://postgres@127.0.0.1:${postgres.port}/postgres?sslmode=disable`;
const scratch = mkdtempSync(join(tmpdir(), 'fairlead-examples-'));
try {
  const packed = packAll(root, dirs, scratch);
  for (const name of names) {
    const started = Date.now();
    try {
      const dir = join(scratch, name);
      await buildExample(root, name, packed, dir);
      const seconds = Math.round((Date.now() - started) / 1000);
      const page = await askExample(name, dir, { DATABASE_URL });
      if (!page.includes(EXPECTED)) throw new Error(`Its page lacks ${EXPECTED}: ${page.slice(0, 500)}`);
      console.log(`examples/${name}  built in ${seconds} s, and its page has rows`);
    } catch (error) {
      failed++;
      console.error(`examples/${name}  ${error instanceof Error ? error.message : error}`);
    }
  }
} finally {
  await postgres.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
