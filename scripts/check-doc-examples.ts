// `node scripts/check-doc-examples.ts [packages/x protocols/y ...]`: compiles the examples in doc comments of all
// packages and of `docs/`, or of those that are named, and exits 1 if one does not compile.
import { compileExamples, examplesOf, examplesOfDocs, packageDirs } from './src/doc-examples/compile.ts';

const root = process.cwd();
const named = process.argv.slice(2);
let count = 0;
let problems = 0;
for (const dir of named.length > 0 ? named : [...packageDirs(root), 'docs']) {
  const examples = dir === 'docs' ? examplesOfDocs(root) : examplesOf(root, dir);
  if (examples.length === 0) continue;
  count += examples.length;
  for (const complaint of await compileExamples(root, dir, examples)) {
    problems += 1;
    console.error(complaint);
  }
}
console.log(`${count} examples: ${problems || 'no'} problems`);
process.exitCode = problems > 0 ? 1 : 0;
