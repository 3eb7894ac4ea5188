// Whatever fails says so in words, with a way out.
import { FairleadProblem, type FairleadProblemCode } from '@fairlead/sdk';
import { expect, it } from 'vitest';
import { wordsOf } from '../../src/ui/feedback/words.ts';

/** All codes: the compiler says where one is missing. */
const CODES: Readonly<Record<FairleadProblemCode, true>> = {
  connect_failed: true,
  connect_timeout: true,
  tls_failed: true,
  connection_lost: true,
  closed: true,
  timeout: true,
  aborted: true,
  protocol: true,
  auth: true,
  server: true,
  policy: true,
  limit: true,
  overloaded: true,
  usage: true,
  unauthorized: true,
  forbidden: true,
  not_found: true,
  method_not_allowed: true,
  unsupported_media_type: true,
  range_not_satisfiable: true,
  upgrade_required: true,
  invalid: true,
  body_timeout: true,
  rate_limited: true,
  unavailable: true,
  config: true,
  internal: true,
  network: true,
  unexpected: true,
};

it.each(Object.keys(CODES))('shows a way out of %s', (code) => {
  const words = wordsOf(
    new FairleadProblem({ code: code as FairleadProblemCode, detail: 'What was wrong.' }),
  );
  expect(words.detail).toBe('What was wrong.');
  expect(words.wayOut).toMatch(/^[A-Z].+\.$/);
  // The client's own codes have no page at the gateway.
  expect(words.code).toBe(code === 'network' || code === 'unexpected' ? undefined : code);
});

it('leaves the way out to errors that a page has put into words', () => {
  expect(wordsOf(new Error('There is one already. Choose another name.')).wayOut).toBe('');
  expect(wordsOf(new TypeError('x is undefined')).wayOut).not.toBe('');
  expect(wordsOf('odd').wayOut).not.toBe('');
});
