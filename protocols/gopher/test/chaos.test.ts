// Every fault at every await of a fetch and of its body, against a small honest server. A client is where to fetch from.
import { chaosSuite, markersIn } from '@fairlead/testkit/chaos';
import type { Connector } from '@fairlead/transport';
import { fetch } from '../src/index.ts';

chaosSuite<Connector>({
  name: 'Gopher',
  refuses: true,
  // Each fetch has a connection of its own.
  hits: 'latest',
  async serve(server, world) {
    let text = '';
    while (!text.includes('\r\n')) {
      const chunk = await server.read();
      if (chunk === undefined) return;
      text += new TextDecoder().decode(chunk);
    }
    const [selector = '', rest] = text.split('\r\n');
    if (rest !== '') world.breach('more behind the request');
    if (/[\r\n\0]/.test(selector)) world.breach('a control character in the request');
    const isRefused = world.refuses();
    const say = (answer: string): Promise<void> => server.write(new TextEncoder().encode(answer));
    if (isRefused) {
      await say('3Not found\t\terror.host\t1\r\n.\r\n');
      return;
    }
    for (const marker of markersIn(selector)) world.saw(marker);
    if (selector.endsWith('\t+')) await say('+-1\r\n');
    const [name = ''] = selector.split('\t');
    if (name.startsWith('/menu')) await say(`0${name}\t${name}\tgopher.test\t70\r\n`);
    else await say(`${name}\r\n`);
    await say('more\r\n');
    await say('.\r\n');
  },
  connect: async (connector) => connector,
  calls: {
    text: async (connector, limits, marker) =>
      (await fetch(`gopher://gopher.test/0/${marker}`, { ...limits, connector })).text(),
    bytes: async (connector, limits, marker) =>
      (await fetch(`gopher://gopher.test/9/${marker}`, { ...limits, connector })).bytes(),
    menu: async (connector, limits, marker) =>
      (await fetch(`gopher://gopher.test/1/menu${marker}`, { ...limits, connector })).menu(),
    'Gopher+': async (connector, limits, marker) =>
      (await fetch(`gopher://gopher.test/0/${marker}`, { ...limits, connector, gopherPlus: true })).text(),
    'a body that is left': async (connector, limits, marker) => {
      await using response = await fetch(`gopher://gopher.test/0/${marker}`, { ...limits, connector });
      for await (const _ of response.body) break;
    },
  },
  probe: async (connector, limits) => {
    const response = await fetch('gopher://gopher.test/0/probe', { ...limits, connector });
    return (await response.text()).startsWith('/probe');
  },
  close: async () => undefined,
});
