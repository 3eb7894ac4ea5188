// What a caller wishes of TLS reaches the connector of a `gophers:` URL, and is refused for a plain one.
import { scriptedPeer } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { expect, it } from 'vitest';
import { fetch } from '../src/index.ts';

function noted(peer: ReturnType<typeof scriptedPeer>) {
  const seen: unknown[] = [];
  const connector: Connector = (address, options) => {
    seen.push([options?.tls, options?.tlsOptions]);
    return peer.connector(address, options);
  };
  return { seen, connector };
}

it('goes along with a gophers: URL', async () => {
  const { seen, connector } = noted(scriptedPeer().expect('/a\r\n').send('text').close());
  const answer = await fetch('gophers://h.test/0/a', { tls: { ca: 'CA' }, connector });
  expect(await answer.text()).toBe('text');
  expect(seen).toEqual([['implicit', { ca: 'CA' }]]);
});

it.each([
  ['gopher://h.test/0/a', { ca: 'CA' }],
  ['gophers://h.test/0/a', { caFile: 'x' }],
  ['gophers://h.test/0/a', true],
])('refuses %s with %j', async (url, tls) => {
  const { seen, connector } = noted(scriptedPeer());
  await expect(fetch(url, { tls: tls as never, connector })).rejects.toMatchObject({ code: 'usage' });
  expect(seen).toEqual([]);
});
