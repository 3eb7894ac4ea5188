// Gopher: Pygopherd (Gopher+) and Gophernicus, plain and over TLS. Menus, texts, binaries, searches, attributes, refusals.
import { attributes, fetch, parseGopherUrl } from '@fairlead/gopher';
import { faultProxyControl } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { BAD_CERTIFICATES, failure, sameBytes } from './support.ts';

const { pygopherd, gophernicus, proxies } = inject('servers');

/** Pygopherd's own TLS has a test of its own. */
const PLACES: [string, 'pygopherd' | 'gophernicus', string][] = [
  ['Pygopherd', 'pygopherd', `gopher://localhost:${pygopherd.plainPort}`],
  ['Gophernicus', 'gophernicus', `gopher://localhost:${gophernicus.plainPort}`],
  ['Gophernicus, TLS', 'gophernicus', `gophers://localhost:${gophernicus.tlsPort}`],
];
const plain = `gopher://localhost:${pygopherd.plainPort}`;
const other = `gopher://localhost:${gophernicus.plainPort}`;

/** `random.bin` of both: see tree.sh in their images. */
function randomFile(): Uint8Array {
  const edge = new TextEncoder().encode('\r\n.\r\n');
  const bytes = new Uint8Array(2 * edge.length + 4 * 262_144);
  bytes.set(edge);
  bytes.set(edge, bytes.length - edge.length);
  const view = new DataView(bytes.buffer);
  for (let n = 1, at = edge.length; at < bytes.length - edge.length; at += 4) {
    n = (Math.imul(n, 1_664_525) + 1_013_904_223) >>> 0;
    view.setUint32(at, n);
  }
  return bytes;
}

const brief = ({ type, display, selector }: { type: string; display: string; selector: string }) =>
  `${type}${display}|${selector}`;

describe.each(PLACES)('%s', (place, server, root) => {
  const isTls = place.endsWith('TLS');

  it('a menu', async () => {
    const response = await fetch(server === 'pygopherd' ? `${root}/1/menu` : `${root}/`);
    expect(response.peer.tls).toBe(isTls);
    expect(response.type).toBe('1');
    const items = await response.menu();
    const shown = items.filter(({ display }) => display !== '');
    expect(shown.map(brief).map((line) => line.replace(/^(i.*)\|.*/, '$1'))).toEqual(
      server === 'pygopherd'
        ? [
            'iA menu by hand',
            '0Welcome|/welcome.txt',
            '9Random|/random.bin',
            '7Search|/search.sh',
            '1Harbours|/harbours',
            'hWeb|URL:https://example.com/?q=a+b',
            '8Telnet|/guest',
            '1Elsewhere|/far',
            '?Unknown|/unknown',
          ]
        : [
            'iThe harbour',
            'iA line of text',
            '0Welcome|/docs/welcome.txt',
            '9Random|/random.bin',
            '7Search|/cgi-bin/search',
            '1Documents|/docs',
            'hWeb|URL:https://example.com/?q=a+b',
            '1Elsewhere|/far',
          ],
    );
    const find = (display: string) => items.find((item) => item.display === display);
    expect(find('Web')?.url).toBe('https://example.com/?q=a+b');
    expect(find('Elsewhere')).toMatchObject({
      hostname: 'gopher.example',
      port: 7070,
      url: 'gopher://gopher.example:7070/1/far',
    });
    expect(find('Welcome')).toMatchObject({
      hostname: 'localhost',
      port: 70,
      plus: server === 'pygopherd' ? '+' : undefined,
    });
    await response.closed;
  });

  it('a text', async () => {
    const selector = server === 'pygopherd' ? '/welcome.txt' : '/docs/welcome.txt';
    const response = await fetch(`${root}/0${selector}`);
    expect(response.contentType).toMatch(/^text\/plain/);
    // Gophernicus doubles no full stop and sends none at the end: these are the file's own.
    expect(await response.text()).toBe(
      server === 'pygopherd'
        ? 'Ahoy from Göteborg and 横浜.\nThe end, without a line end.'
        : 'Ahoy from Göteborg and 横浜.\r\n.\r\n..\r\n.dots in front\r\nThe end.\r\n',
    );
  });

  it('a binary, byte for byte', async () => {
    const response = await fetch(`${root}/9/random.bin`);
    expect(response.contentType).toBe('application/octet-stream');
    expect(sameBytes(await response.bytes(), randomFile())).toBe(true);
  });

  it('a binary as a stream, as far as it is wanted', async () => {
    const response = await fetch(`${root}/9/random.bin`);
    let length = 0;
    for await (const chunk of response.body) {
      length += chunk.length;
      if (length > 100_000) break;
    }
    expect(length).toBeLessThan(1_000_000);
    await response.closed;
  });

  it('a search', async () => {
    const selector = server === 'pygopherd' ? '/search.sh' : '/cgi-bin/search';
    const found = async (url: string, search?: string) =>
      (await (await fetch(url, { search })).menu()).map(brief);
    const target = server === 'pygopherd' ? '/welcome.txt' : '/docs/welcome.txt';
    expect(await found(`${root}/7${selector}`, 'two words')).toEqual([`0Found two words|${target}`]);
    expect(await found(`${root}/7${selector}%09in%20the%20URL`)).toEqual([`0Found in the URL|${target}`]);
    expect(await found(`${root}/7${selector}`, 'Göteborg')).toEqual([`0Found Göteborg|${target}`]);
  });

  it('what is not there', async () => {
    const error = await failure(fetch(`${root}/1/nowhere/`));
    expect(error).toMatchObject({ code: 'server', server: { code: 'error' } });
    expect(error.server?.message).toMatch(/nowhere|not found/);
  });

  it('a page of HTML, and its type', async () => {
    const response = await fetch(`${root}/h${server === 'pygopherd' ? '' : '/docs'}/page.html`);
    expect(response.contentType).toMatch(/^text\/html/);
    expect(await response.text()).toBe('<title>A page</title>\n<p>Ahoy</p>\n');
  });
});

describe('Gopher+', () => {
  const root = plain;

  it('an item, with its length', async () => {
    const response = await fetch(`${root}/0/harbours/rotterdam.txt`, { gopherPlus: true });
    expect(response.info).toEqual({ line: '+10', framing: 'length', length: 10 });
    expect(await response.text()).toBe('Rotterdam\n');
    const random = await fetch(`${root}/9/random.bin%09%09+`);
    expect(random.info?.length).toBe(1_048_586);
    expect(sameBytes(await random.bytes(), randomFile())).toBe(true);
  });

  it('an empty item', async () => {
    const response = await fetch(`${root}/0/empty.txt`, { gopherPlus: true });
    expect(await response.text()).toBe('');
  });

  it('a menu, to the end of the connection', async () => {
    const response = await fetch(`${root}/1/menu`, { gopherPlus: true });
    expect(response.info).toMatchObject({ line: '+-2', framing: 'close' });
    expect((await response.menu()).length).toBe(10);
  });

  it('the attributes of one item', async () => {
    const response = await fetch(`${root}/0/harbours/rotterdam.txt`, { gopherPlus: '!' });
    const [found, ...none] = await attributes(response);
    expect(none).toEqual([]);
    expect(found).toMatchObject({
      item: { type: '0', display: 'rotterdam.txt', selector: '/harbours/rotterdam.txt', plus: '+' },
      admin: 'Nobody <nobody@mail.test>',
      modified: expect.stringMatching(/^20\d{12}$/),
      views: [{ type: 'text/plain', language: undefined, size: '0k' }],
      abstract: 'The largest of them.\nOn the Maas.',
      ask: [],
    });
  });

  it('the attributes of all items of a menu', async () => {
    const response = await fetch(`${root}/1/harbours`, { gopherPlus: '$' });
    const all = await attributes(response);
    expect(all.map(({ item }) => item?.display)).toEqual(['rotterdam.txt', 'yokohama.txt']);
    expect(all.map(({ abstract }) => abstract?.split('\n')[0])).toEqual(['The largest of them.', undefined]);
  });

  it('the questions of a form', async () => {
    const response = await fetch(`${root}/0/ask/form.txt`, { gopherPlus: '!' });
    expect((await attributes(response))[0]?.ask).toEqual([
      { kind: 'Ask', prompt: 'What is your name?', values: ['nobody'] },
      { kind: 'Choose', prompt: 'Which sea?', values: ['North', 'South'] },
      { kind: 'AskP', prompt: 'Password', values: [] },
    ]);
  });

  it('what is not there', async () => {
    const error = await failure(fetch(`${root}/0/nowhere`, { gopherPlus: true }));
    expect(error).toMatchObject({ code: 'server', server: { code: '1' } });
    expect(error.server?.message).toContain('nowhere');
  });
});

describe('refusals', () => {
  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const error = await failure(fetch(`gophers://localhost:${gophernicus.refusedPorts[kind]}/`));
    expect(error.code).toBe('tls_failed');
  });

  it('a server without TLS is not asked in clear', async () => {
    const options = { connectTimeoutMs: 2_000 };
    const error = await failure(fetch(`gophers://localhost:${gophernicus.plainPort}/`, options));
    expect(['tls_failed', 'connect_timeout']).toContain(error.code);
  });

  it('a server without Gopher+ that is asked by it', async () => {
    const response = fetch(`${other}/0/docs/second.txt`, { gopherPlus: true });
    expect((await failure(response)).code).toBe('protocol');
  });

  it('an answer over the cap', async () => {
    const response = await fetch(`${plain}/9/random.bin`, { maxBytes: 1_000_000 });
    expect((await failure(response.bytes())).code).toBe('limit');
    await response.closed;
  });

  it.each(['%0D%0Aevil', '%0Aevil', '%00'])('a selector with %s', async (bad) => {
    expect((await failure(fetch(`${plain}/0/welcome.txt${bad}`))).code).toBe('usage');
  });

  it('a link to the web is not asked for', async () => {
    expect((await failure(fetch(`${plain}/hURL:https://example.com/`))).code).toBe('usage');
  });
});

describe("Pygopherd's own TLS, which ends without close_notify", () => {
  const root = `gophers://localhost:${pygopherd.tlsPort}`;

  it('what has a length is whole', async () => {
    const response = await fetch(`${root}/9/random.bin`, { gopherPlus: true });
    expect(response.peer.tls).toBe(true);
    expect(sameBytes(await response.bytes(), randomFile())).toBe(true);
  });

  it('what ends with the connection is not taken for whole: anybody may have cut it', async () => {
    const whole = async () => (await fetch(`${root}/0/welcome.txt`)).text();
    expect((await failure(whole())).code).toBe('connection_lost');
  });
});

describe('a faulty link', () => {
  const control = faultProxyControl(proxies.gopher.controlUrl);
  const root = `gopher://localhost:${proxies.gopher.port}`;

  it('in one-byte segments: the same menu and attributes', async () => {
    await control.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
    expect((await (await fetch(`${root}/1/menu`)).menu()).length).toBe(10);
    const response = await fetch(`${root}/0/harbours/rotterdam.txt`, { gopherPlus: '!' });
    expect((await attributes(response))[0]?.abstract).toBe('The largest of them.\nOn the Maas.');
  });

  it.each(['reset', 'end'] as const)('%s in the middle of an item whose length is known', async (how) => {
    await control.setPlan({ toClient: { cut: { atByte: 50_000, how } } });
    const response = await fetch(`${root}/9/random.bin`, { gopherPlus: true });
    expect((await failure(response.bytes())).code).toBe('connection_lost');
  });

  it('silence in the middle of an item ends at the time limit', async () => {
    await control.setPlan({ toClient: { cut: { atByte: 50_000, how: 'stall' } } });
    const response = await fetch(`${root}/9/random.bin`, { timeoutMs: 500 });
    expect((await failure(response.bytes())).code).toBe('timeout');
  });
});

describe('URLs of items', () => {
  it('lead to what they name', async () => {
    const menu = await (await fetch(`${plain}/1/menu`)).menu();
    for (const { url } of menu.filter(({ type }) => type === '0' || type === '9')) {
      if (url === undefined) throw new Error('an item without a URL');
      // The servers do not know the ports that the run gives them.
      const { type, selector } = parseGopherUrl(url);
      const response = await fetch(`${plain}/${type}${new TextDecoder().decode(selector)}`);
      expect((await response.bytes()).length).toBeGreaterThan(50);
    }
  });
});
