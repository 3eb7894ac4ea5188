// `npm run check:packages`: publint on every published package, and what each must carry. It changes nothing.
import { existsSync, readFileSync } from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { readProject } from './src/imports/files.ts';

const REQUIRED = { type: 'module', license: 'MIT', sideEffects: false };

const dirs = readProject(process.cwd())
  .workspaces.map(({ dir }) => dir)
  .filter((dir) => /^(packages|protocols)\//.test(dir));

let problems = 0;
const report = (dir: string, message: string) => {
  problems++;
  console.error(`${dir}/package.json  ${message}`);
};

for (const dir of dirs) {
  const manifest = JSON.parse(readFileSync(`${dir}/package.json`, 'utf8'));
  for (const [key, value] of Object.entries(REQUIRED)) {
    if (manifest[key] !== value) report(dir, `"${key}" must be ${JSON.stringify(value)}`);
  }
  if (!existsSync(`${dir}/README.md`)) report(dir, 'has no README.md beside it');
  const { messages } = await publint({ pkgDir: dir, strict: true });
  for (const message of messages) report(dir, formatMessage(message, manifest) ?? message.code);
}
console.log(`${dirs.length} packages: ${problems || 'no'} problems`);
process.exitCode = problems ? 1 : 0;
