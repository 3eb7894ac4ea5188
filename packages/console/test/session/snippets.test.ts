// Calls as text to copy: what is copied must do what the page did, and hold no token.
import { expect, it } from 'vitest';
import type { Call } from '../../src/session/calls/call.ts';
import { toCurl, toTypeScript } from '../../src/session/calls/snippets.ts';

const call = (members: Partial<Call>): Call => ({
  id: 1,
  at: 0,
  operation: 'pgQuery',
  input: {},
  method: 'POST',
  url: 'https://gateway.test/pg/query',
  headers: { 'Content-Type': 'application/json' },
  body: undefined,
  isBodyLeftOut: false,
  status: 200,
  ms: 1,
  ...members,
});

it('quotes what a shell would take for its own', () => {
  expect(toCurl(call({ body: `{"sql":"select '$(id)'"}` }))).toContain(
    String.raw`--data-raw '{"sql":"select '\''$(id)'\''"}'`,
  );
});

it('never cuts a body: what is too long or no text comes from a file', () => {
  const curl = toCurl(call({ isBodyLeftOut: true }));
  expect(curl).toContain("--data-binary '@body'");
  expect(curl).not.toContain('-X');
  expect(toCurl(call({ isBodyLeftOut: true, method: 'PUT' }))).toContain('-X PUT');
});

it('asks without a body by GET', () => {
  expect(toCurl(call({ method: 'GET' }))).not.toMatch(/-X|--data/);
  expect(toCurl(call({ method: 'POST' }))).toContain('-X POST');
});

it('writes the input as a literal', () => {
  expect(
    toTypeScript(call({ input: { body: { sql: 'select 1', 'a-b': [1, null] }, gone: undefined } })),
  ).toContain(`const result = await pgQuery(client, { body: { sql: "select 1", "a-b": [1, null] } });`);
});
