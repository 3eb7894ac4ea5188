// Ours: `overTls` over the platform's connector, which dials plain.
import { overTls } from '@fairlead/tls';
import { tls12 } from '@fairlead/tls/tls12';
import { type Connector, connect } from '@fairlead/transport';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

/** One for each scenario, as a Worker has one: tickets and parsed options stay in it. */
const connectors = new Map<string, Connector>();

function connectorFor(scenario: string, ca: string): Connector {
  const known = connectors.get(scenario);
  if (known) return known;
  const versions = scenario === 'old' ? [tls12] : [];
  const made = overTls({ ca, versions, tickets: scenario === 'resumed' }, connect);
  connectors.set(scenario, made);
  return made;
}

export default rounds({
  fairlead: subject(async (port, scenario, { AUTHORITY = '' }) => {
    const dial = connectorFor(scenario, AUTHORITY);
    const transport = await dial({ hostname: 'localhost', port }, { tls: 'implicit' });
    return {
      write: (bytes) => transport.write(bytes),
      async skip(count) {
        for (let left = count; left > 0; ) {
          const bytes = await transport.read(Math.min(left, 65_536));
          if (!bytes) throw new Error(`The transport ended ${left} bytes early`);
          left -= bytes.length;
        }
      },
      close: () => transport.close(),
    };
  }),
});
