// Every fault at every await of the client, against a small honest server with control and data connections.
import type { MemoryServer } from '@fairlead/testkit';
import { type ChaosSubject, type ChaosWorld, chaosSuite, markersIn } from '@fairlead/testkit/chaos';
import type { Connector } from '@fairlead/transport';
import { connect, type FtpClient } from '../src/index.ts';
import { latin1 } from './support/ftp-server.ts';

/** The addresses of one run's connections, in the order in which they were dialled. */
const ports: number[] = [];
const waiting = new Map<number, (data: MemoryServer) => void>();
let lastPort = 50_000;

/** Serves control connections, and hands data connections to the session that asked for them. */
async function serve(server: MemoryServer, world: ChaosWorld): Promise<void> {
  const port = ports.shift() ?? 21;
  if (port > 1024) {
    waiting.get(port)?.(server);
    waiting.delete(port);
    await server.closed;
    return;
  }
  await new Session(server, world).serve();
}

class Session {
  readonly #line: MemoryServer;
  readonly #world: ChaosWorld;
  #rest = '';
  #data: Promise<MemoryServer> | undefined;

  constructor(line: MemoryServer, world: ChaosWorld) {
    this.#line = line;
    this.#world = world;
  }

  async serve(): Promise<void> {
    await this.#say('220 Hello');
    for (;;) {
      const line = await this.#read();
      if (line === undefined) return;
      if (this.#rest !== '') this.#world.breach(`more behind ${line}`);
      await this.#command(line);
      if (line === 'QUIT') return;
    }
  }

  async #command(line: string): Promise<void> {
    const [verb = '', path = ''] = line.split(' ');
    if (!/^(USER|PASS|FEAT|TYPE|QUIT|EPSV)$/.test(verb) && this.#world.refuses())
      return this.#say('450 Not now');
    for (const marker of markersIn(line)) this.#world.saw(marker);
    if (verb === 'USER') return this.#say('331 Password');
    if (verb === 'PASS') return this.#say('230 Welcome');
    if (verb === 'FEAT') return this.#say('211-Features\r\n MLST type*;\r\n211 End');
    if (verb === 'EPSV') {
      const port = ++lastPort;
      this.#data = new Promise((resolve) => waiting.set(port, resolve));
      return this.#say(`229 Extended (|||${port}|)`);
    }
    if (verb === 'RETR' || verb === 'MLSD' || verb === 'STOR') return this.#transfer(verb);
    return this.#say(verb === 'SIZE' ? `213 ${path.length}` : '200 Fine');
  }

  async #transfer(verb: string): Promise<void> {
    const data = await (this.#data ?? Promise.reject(new Error('no port')));
    await this.#say('150 Here');
    try {
      if (verb === 'STOR') {
        let got = '';
        for (let chunk = await data.read(); chunk !== undefined; chunk = await data.read()) {
          got += new TextDecoder().decode(chunk);
          for (const marker of markersIn(got)) this.#world.saw(marker);
        }
      } else {
        for (let i = 0; i < 3; i++)
          await data.write(latin1(verb === 'MLSD' ? `type=file; f${i}\r\n` : 'content '));
        await data.close();
      }
    } catch {
      return this.#say('426 Broken');
    }
    await this.#say('226 Done');
  }

  #say(text: string): Promise<void> {
    return this.#line.write(latin1(`${text}\r\n`));
  }

  async #read(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 2);
        return line;
      }
      const chunk = await this.#line.read();
      if (chunk === undefined) return undefined;
      this.#rest += new TextDecoder().decode(chunk);
    }
  }
}

/** Remembers which port each connection was dialled at: the server's side is not told. */
function recorded(connector: Connector): Connector {
  return (address, options) => {
    ports.push(address.port);
    return connector(address, options);
  };
}

const subject: ChaosSubject<FtpClient> = {
  name: 'FTP',
  refuses: true,
  serve,
  connect: (connector, { signal, timeoutMs }) => {
    ports.length = 0;
    return connect({
      hostname: 'ftp.test',
      tls: false,
      connector: recorded(connector),
      signal,
      timeoutMs,
      connectTimeoutMs: timeoutMs,
      replyTimeoutMs: timeoutMs,
    });
  },
  calls: {
    'a command': (ftp, limits, marker) => ftp.command(`SITE ${marker}`, limits),
    'an upload': (ftp, limits, marker) => ftp.put('a', marker, limits),
    'a download': (ftp, limits) => ftp.bytes('a', limits),
    'a listing': async (ftp, limits) => {
      for await (const entry of ftp.list('a', limits)) entry.name;
    },
  },
  // They change nothing, so the server has nothing of them to remember.
  unanswered: ['a download', 'a listing'],
  // A listing or a download that was given up must not leave its reply behind.
  probe: async (ftp, limits) => (await ftp.size('12345', limits)) === 5,
  close: (ftp) => ftp.close(),
};

chaosSuite(subject);
