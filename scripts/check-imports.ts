// `npm run check:imports`: prints every breach of the rules who may import whom and how the source is kept, and exits 1
// if there is one. The rules are in src/imports.
import { readProject } from './src/imports/files.ts';
import { checkRules, RULES } from './src/imports/rules.ts';

const project = readProject(process.cwd());
const breaches = checkRules(project);
for (const { file, line, rule, message, wayOut } of breaches) {
  console.error(`${file}:${line}  ${rule}: ${message}.\n    Way out: ${wayOut}.`);
}
const count = Object.keys(RULES).length;
console.log(`${count} rules, ${project.files.length} files: ${breaches.length || 'no'} breaches`);
process.exitCode = breaches.length ? 1 : 0;
