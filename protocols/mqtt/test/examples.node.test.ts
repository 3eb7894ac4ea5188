// Every `@example` of the source compiles, as it stands in the documentation of what users import.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const HOME = fileURLToPath(import.meta.resolve('..'));
const TSC = fileURLToPath(import.meta.resolve('../../../node_modules/typescript/bin/tsc'));
const EXAMPLE = /@example\s+\* ```ts\n(.*?)\n\s+\* ```/gs;
const CONFIG = { extends: '../../tsconfig.json', include: ['*.ts'], compilerOptions: { noEmit: true } };

/** The examples by the files that they are written to. */
function examples(): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of globSync('src/**/*.ts', { cwd: HOME })) {
    for (const [, lines = ''] of readFileSync(HOME + path, 'utf8').matchAll(EXAMPLE)) {
      const name = `${path.replaceAll(/\W/g, '-')}-${found.size}.ts`;
      found.set(name, `${lines.replaceAll(/^\s*\* ?/gm, '')}\nexport {};\n`);
    }
  }
  return found;
}

it('compile', { timeout: 60_000 }, () => {
  // Within the package, so that the compiler finds it by its name.
  const folder = mkdtempSync(`${HOME}test/examples-`);
  try {
    const found = examples();
    for (const [name, text] of found) writeFileSync(`${folder}/${name}`, text);
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(CONFIG));
    expect(found.size).toBeGreaterThan(5);
    const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', folder], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
