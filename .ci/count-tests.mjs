// Adds up the test results that each workspace's vitest run left behind. It runs no test and forgives nothing:
// a workspace with a `test` script but no results, a suite that could not be loaded, and a skipped test are failures.
// Its last line is "N passed, N failed".
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** What one workspace's results come to. */
function count(folder) {
  let results;
  try {
    results = readJson(join(root, folder, 'test-results.json'));
  } catch {
    return { passed: 0, failed: 1, note: 'no test results' };
  }
  // A file that fails outside its tests has no failed test of its own.
  const brokenFiles = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const notRun = results.numTotalTests - results.numPassedTests - results.numFailedTests;
  const none = results.numTotalTests === 0 ? 1 : 0;
  const failed = results.numFailedTests + brokenFiles + notRun + none;
  const silent = !results.success && failed === 0 ? 1 : 0;
  return {
    passed: results.numPassedTests,
    failed: failed + silent,
    note: notRun > 0 ? `${notRun} not run` : '',
  };
}

/** The folders of one entry of `workspaces`: `name`, or `name/*`. Node 20 has no glob of its own. */
function expand(pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
}

const folders = readJson(join(root, 'package.json'))
  .workspaces.flatMap(expand)
  .filter((folder) => existsSync(join(root, folder, 'package.json')))
  .filter((folder) => readJson(join(root, folder, 'package.json')).scripts?.test !== undefined)
  .sort();

const total = { passed: 0, failed: 0 };
for (const folder of folders) {
  const { passed, failed, note } = count(folder);
  total.passed += passed;
  total.failed += failed;
  console.log(`${folder.padEnd(24)} ${passed} passed, ${failed} failed${note && ` (${note})`}`);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
