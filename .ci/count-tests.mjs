// Adds up the test results that each workspace's vitest run left behind. It runs no test and forgives nothing:
// a workspace with a `test` script but no results, a suite that could not be loaded, and a skipped test are failures.
// What passed at its second try only (the integration's tests have one) is named, with what the first one said.
// Its last line is "N passed, N failed".
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** What failed, at its first try too, with the first lines of why, for whoever sees only the end of the output. */
function failures(folder, results) {
  // Vitest's JSON has this word for a test whose time was up.
  const said = (text) => text.replaceAll('STACK_TRACE_ERROR', 'its time was up');
  const short = (text) => said(text).split('\n').slice(0, 12).join('\n    ').slice(0, 2_000);
  return results.testResults.flatMap((file) => {
    const name = file.name.split(`/${folder}/`).pop();
    const tests = file.assertionResults.filter((test) => test.status !== 'passed' || isSecondTry(test));
    if (tests.length === 0 && file.status === 'failed') return [`${folder} ${name}: ${short(file.message)}`];
    return tests.map((test) => {
      const outcome = isSecondTry(test) ? 'passed at the second try' : test.status;
      return `${folder} ${name} > ${test.fullName}: ${outcome}\n    ${short((test.failureMessages ?? []).join('\n'))}`;
    });
  });
}

/** Vitest keeps what an earlier try said. */
function isSecondTry({ status, failureMessages = [] }) {
  return status === 'passed' && failureMessages.length > 0;
}

/** What one workspace's results come to. */
function count(folder) {
  let results;
  try {
    results = readJson(join(root, folder, 'test-results.json'));
  } catch {
    return { passed: 0, failed: 1, note: 'no test results', failures: [] };
  }
  // A file that fails outside its tests has no failed test of its own.
  const brokenFiles = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const notRun = results.numTotalTests - results.numPassedTests - results.numFailedTests;
  const none = results.numTotalTests === 0 ? 1 : 0;
  const failed = results.numFailedTests + brokenFiles + notRun + none;
  const silent = !results.success && failed === 0 ? 1 : 0;
  const again = results.testResults.flatMap((file) => file.assertionResults.filter(isSecondTry)).length;
  const notes = [notRun > 0 && `${notRun} not run`, again > 0 && `${again} at the second try`];
  return {
    passed: results.numPassedTests,
    failed: failed + silent,
    note: notes.filter(Boolean).join(', '),
    failures: failures(folder, results),
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
const counted = folders.map((folder) => ({ folder, ...count(folder) }));
for (const failure of counted.flatMap((each) => each.failures)) console.log(`==> ${failure}`);
for (const { folder, passed, failed, note } of counted) {
  total.passed += passed;
  total.failed += failed;
  console.log(`${folder.padEnd(24)} ${passed} passed, ${failed} failed${note && ` (${note})`}`);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
