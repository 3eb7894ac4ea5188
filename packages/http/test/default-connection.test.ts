// Which connection a request means that names none: the only one, the only one that its token reaches, `main` or `default`.
import { describe, expect, it } from 'vitest';
import { post, sampleApp } from './sample.ts';

/** The connection that a write with these scopes gets, or the status of its refusal. */
async function chosen(scopes: readonly string[], names: readonly string[]): Promise<unknown> {
  const env = {
    FAIRLEAD_TOKENS: [{ name: 'caller', token: 'caller-token', scopes }],
    FAIRLEAD_CONNECTIONS: Object.fromEntries([
      ...names.map((name) => [name, `demo://${name}.example`]),
      ['alien', 'spare://alien.example:1'],
    ]),
  };
  const init = post({ word: 'x' }, { Authorization: 'Bearer caller-token' });
  const response = await sampleApp({ log: [] }).request('/demo/do', init, env);
  const { name } = (await response.json()) as { name?: string };
  return name ?? response.status;
}

describe('a request that names no connection', () => {
  it.each<[scopes: string[], names: string[], chosen: unknown]>([
    [['demo:write'], ['a'], 'a'],
    [['demo:write:b'], ['a', 'b'], 'b'],
    [['demo:write:b', 'demo:read:b'], ['main', 'a', 'b'], 'b'],
    [['demo:write:b', 'spare:write:alien', 'tcp:ping:a'], ['default', 'a', 'b'], 'b'],
    [['*:write:b'], ['main', 'b'], 'b'],
    [['demo:write:b', 'demo:write:gone'], ['a', 'b'], 'b'],
    // Several: `main` or `default`, else none.
    [['demo:write:b', 'demo:write:main'], ['main', 'b'], 'main'],
    [['demo:write:b', 'demo:write:default'], ['b', 'default'], 'default'],
    [['demo:write:a', 'demo:write:b'], ['a', 'b'], 404],
    [['demo:write', 'demo:write:b'], ['a', 'b'], 404],
    [['*'], ['a', 'b'], 404],
    [['*'], ['a', 'main'], 'main'],
    // The token's only one, which it may not write to.
    [['demo:read:b'], ['main', 'b'], 403],
    [['demo:write:@'], ['main', 'b'], 403],
    [['demo:write:alien'], ['a', 'b'], 404],
  ])('with the scopes %j of %j: %s', async (scopes, names, expected) => {
    expect(await chosen(scopes, names)).toBe(expected);
  });
});
