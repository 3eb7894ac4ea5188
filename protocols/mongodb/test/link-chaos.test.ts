// Every fault at every await of a connection, against a small honest server.
import { limitOf } from '@fairlead/client';
import { type ChaosSubject, chaosSuite, markerOf, markersIn } from '@fairlead/testkit/chaos';
import { openLink } from '../src/connection/open-link.ts';
import type { CommandLink } from '../src/connection/types.ts';
import { isOk, serverError } from '../src/errors.ts';
import { ADDRESS, HELLO, ScramServer, SETTINGS, ServerEnd } from './support/server.ts';

const credentials = { username: 'app', password: 'pencil', source: 'admin', mechanism: undefined };

function subjectOf(name: string, isLong: boolean): ChaosSubject<CommandLink> {
  return {
    name,
    refuses: true,
    serve: async (line, world) => {
      const server = new ServerEnd(line);
      const scram = new ScramServer('SHA-256', 'pencil');
      for (let received = await server.read(); received !== undefined; received = await server.read()) {
        const { command, flags } = received;
        if (command.isMaster) {
          const first = command.speculativeAuthenticate;
          await server.answer(received, {
            ...HELLO,
            ...(first && { speculativeAuthenticate: await scram.answer(first) }),
          });
        } else if (command.saslContinue) {
          await server.answer(received, { ...(await scram.answer(command)), ok: 1 });
        } else if (world.refuses()) {
          if (flags === 0) await server.answer(received, { ok: 0, code: 6, errmsg: 'not now' });
        } else {
          for (const marker of markersIn(JSON.stringify(command))) world.saw(marker);
          const text = isLong ? 'x'.repeat(200_000) : '';
          if (flags === 0) await server.answer(received, { ok: 1, n: command.n, text });
        }
      }
    },
    connect: (connector, { signal, timeoutMs }) =>
      openLink(
        ADDRESS,
        { ...SETTINGS, connector, signal, credentials: isLong ? credentials : undefined },
        limitOf({ timeoutMs }),
      ),
    calls: {
      'a command': (link, limits, marker) => run(link, { insert: marker }, limits),
      'three commands': (link, limits, marker) => [
        run(link, { insert: markerOf(marker, 0) }, limits),
        run(link, { insert: markerOf(marker, 1) }, limits),
        run(link, { insert: markerOf(marker, 2) }, limits),
      ],
      'an unacknowledged write': (link, limits, marker) => run(link, { insert: marker }, limits, true),
    },
    unanswered: ['an unacknowledged write'],
    probe: async (link, limits) => (await run(link, { ping: 1, n: 12_345 }, limits)).n === 12_345,
    close: (link) => link.close(),
  };
}

async function run(
  link: CommandLink,
  command: Record<string, unknown>,
  limits: { signal: AbortSignal; timeoutMs: number },
  isUnacknowledged = false,
) {
  const reply = await link.command({ database: 'test', command, limit: limitOf(limits), isUnacknowledged });
  if (!isOk(reply)) throw serverError(reply, link.peer);
  return reply;
}

chaosSuite(subjectOf('MongoDB connection', false));
chaosSuite(subjectOf('MongoDB connection with a login and long replies', true));
