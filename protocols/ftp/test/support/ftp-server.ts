// For tests: an honest FTP server in memory, with control and data connections, TLS, and files. A test may have it misbehave at
// any command.
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';

/** What the server does in place of its usual answer to one command: lines to send, or an end. `undefined`: as usual. */
export type Mischief = string | 'FIN' | 'RST' | 'STALL' | undefined;

/** How the server is, and what happens at it. Everything may be changed while it runs. */
export interface FtpServer {
  readonly connector: Connector;
  /** Paths to bytes, each byte a character; directories have a slash at their end. */
  readonly files: Map<string, string>;
  readonly times: Map<string, string>;
  readonly commands: string[];
  readonly controls: MemoryServer[];
  /** Data connections that were dialled: to which host. */
  readonly dialled: { hostname: string; port: number; tls: string }[];
  features: string[];
  greeting: string;
  misbehave: (command: string, turn: number) => Mischief;
  /** Called for each data connection in place of the usual, for the command at hand. */
  onData:
    | ((data: MemoryServer, command: string, control: MemoryServer) => Promise<void> | undefined)
    | undefined;
  /** The text of 150 announces sizes. */
  announces: boolean;
  /** What data connections show in a handshake. */
  dataTls: 'good' | 'wrong-name' | 'expired' | 'untrusted' | 'none';
  /** Whether 226 comes before the data's end, or behind it. */
  order: 'end first' | 'reply first';
  /** How a port is dialled: refused, silent. */
  dialData: 'accept' | 'refuse' | 'silent';
  open: number;
}

const NEEDS_TLS = /^(USER|PASS)/;

/** Starts one. It lets `app` with `secret` in, and anonymous. */
export function ftpServer(
  files: Readonly<Record<string, string>> = {},
  tls: 'good' | 'none' | 'wrong-name' = 'good',
): FtpServer {
  const waiting = new Map<number, (data: MemoryServer) => void>();
  let port = 50_000;
  const server: FtpServer = {
    connector: async (address, options) => {
      const isControl = address.port < 1024;
      if (!isControl) server.dialled.push({ ...address, tls: options?.tls ?? 'off' });
      const dial = isControl || waiting.has(address.port) ? 'accept' : 'refuse';
      const connect = memoryConnector(
        async (line) => {
          server.open += 1;
          void line.closed.then(() => {
            server.open -= 1;
          });
          if (isControl) {
            server.controls.push(line);
            await new Session(server, line, () => {
              const next = ++port;
              const data = new Promise<MemoryServer>((resolve) => waiting.set(next, resolve));
              return [next, data];
            })
              .serve()
              .catch(() => undefined);
            await line.close();
            return;
          }
          waiting.get(address.port)?.(line);
          waiting.delete(address.port);
          await line.closed;
        },
        {
          tls: isControl ? tls : server.dataTls,
          dial: isControl || dial === 'refuse' ? dial : server.dialData,
          allowHalfOpen: true,
        },
      );
      return connect(address, options);
    },
    files: new Map(Object.entries(files)),
    times: new Map(),
    commands: [],
    controls: [],
    dialled: [],
    features: [
      'EPSV',
      'MDTM',
      'MFMT',
      'MLST type*;size*;modify*;',
      'REST STREAM',
      'SIZE',
      'UTF8',
      'HASH SHA-256*;MD5',
    ],
    greeting: '220 ftp.test ready',
    misbehave: () => undefined,
    onData: undefined,
    announces: true,
    dataTls: 'good',
    order: 'end first',
    dialData: 'accept',
    open: 0,
  };
  return server;
}

/** The text's bytes, a character each. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

class Session {
  readonly #server: FtpServer;
  readonly #line: MemoryServer;
  readonly #nextPort: () => [number, Promise<MemoryServer>];
  #turn = 0;
  #rest = '';
  #data: Promise<MemoryServer> | undefined;
  #isPrivate = false;
  #start = 0;
  #from = '';
  #home = '/';

  constructor(server: FtpServer, line: MemoryServer, nextPort: () => [number, Promise<MemoryServer>]) {
    this.#server = server;
    this.#line = line;
    this.#nextPort = nextPort;
  }

  async serve(): Promise<void> {
    await this.#say(this.#server.greeting);
    for (;;) {
      const line = await this.#readLine();
      if (line === undefined) return;
      this.#server.commands.push(line);
      const act = this.#server.misbehave(line, this.#turn++);
      if (act === 'FIN') return;
      if (act === 'RST') return this.#line.reset();
      if (act === 'STALL') {
        await this.#line.closed;
        return;
      }
      if (act !== undefined) await this.#say(act);
      else await this.#command(line);
      if (line === 'QUIT') return;
    }
  }

  async #command(line: string): Promise<void> {
    const [, verb = '', rest = ''] = /^(\w+) ?(.*)$/s.exec(line) ?? [];
    const { files, features, times } = this.#server;
    const start = this.#start;
    this.#start = 0;
    const path = this.#path(rest);
    const file = files.get(path);
    switch (verb) {
      case 'AUTH':
        await this.#say('234 Go on');
        return this.#line.startTls();
      case 'USER':
        return this.#say('331 Password');
      case 'PASS':
        return this.#say(rest === 'secret' || rest.includes('@') ? '230 Welcome' : '530 Login incorrect');
      case 'PBSZ':
        return this.#say('200 PBSZ=0');
      case 'PROT':
        this.#isPrivate = rest === 'P';
        return this.#say('200 Fine');
      case 'FEAT':
        return this.#say(['211-Features:', ...features.map((one) => ` ${one}`), '211 End'].join('\r\n'));
      case 'OPTS':
      case 'TYPE':
      case 'NOOP':
      case 'SITE':
        return this.#say('200 Fine');
      case 'PWD':
        return this.#say(`257 "${this.#home.replaceAll('"', '""')}" is it`);
      case 'CWD':
        if (path !== '/' && !files.has(`${path}/`)) return this.#say('550 No such directory');
        this.#home = path;
        return this.#say('250 Fine');
      case 'EPSV':
      case 'PASV': {
        const [port, data] = this.#nextPort();
        this.#data = data;
        if (verb === 'EPSV') return this.#say(`229 Extended (|||${port}|)`);
        return this.#say(`227 Passive (169,254,169,254,${port >> 8},${port & 255})`);
      }
      case 'REST':
        this.#start = Number(rest);
        return this.#say('350 Restarting');
      case 'SIZE':
        return this.#say(file === undefined ? '550 No such file' : `213 ${file.length}`);
      case 'MDTM':
        return this.#say(
          file === undefined ? '550 No such file' : `213 ${times.get(path) ?? '20260102030405'}`,
        );
      case 'MFMT': {
        const [time = '', ...name] = rest.split(' ');
        times.set(this.#path(name.join(' ')), time);
        return this.#say(`213 Modify=${time}; ${name.join(' ')}`);
      }
      case 'HASH':
        return this.#say(`213 SHA-256 0-1 ${'ab'.repeat(32)} ${rest}`);
      case 'XMD5':
        return this.#say(`250 "${rest}" ${'CD'.repeat(16)}`);
      case 'MLST':
        if (file === undefined && !files.has(`${path}/`) && path !== '/')
          return this.#say('550 No such file');
        return this.#say(`250-Facts\r\n ${this.#facts(path)} ${path}\r\n250 End`);
      case 'MKD':
        if (files.has(`${path}/`)) return this.#say('550 File exists');
        if (!this.#hasParent(path)) return this.#say('550 No such directory');
        files.set(`${path}/`, '');
        return this.#say(`257 "${path}" made`);
      case 'RMD':
        if ([...files.keys()].some((one) => one.startsWith(`${path}/`) && one !== `${path}/`))
          return this.#say('550 Directory not empty');
        return this.#say(files.delete(`${path}/`) ? '250 Removed' : '550 No such directory');
      case 'DELE':
        return this.#say(files.delete(path) ? '250 Removed' : '550 No such file');
      case 'RNFR':
        if (file === undefined && !files.has(`${path}/`)) return this.#say('550 No such file');
        this.#from = path;
        return this.#say('350 And now?');
      case 'RNTO':
        files.set(path, files.get(this.#from) ?? '');
        files.delete(this.#from);
        return this.#say('250 Renamed');
      case 'RETR':
        if (file === undefined) return this.#say('550 No such file');
        return this.#send(
          line,
          file.slice(start),
          `150 Opening${this.#server.announces ? ` (${file.length} bytes)` : ''}`,
        );
      case 'LIST':
      case 'MLSD':
        if (verb === 'MLSD' && !features.some((one) => one.startsWith('MLST')))
          return this.#say('500 Unknown command');
        return this.#send(line, this.#list(path, verb === 'MLSD'), '150 Here it comes');
      case 'STOR':
      case 'APPE':
        return this.#receive(line, path, verb === 'APPE' ? (file ?? '') : (file ?? '').slice(0, start));
      case 'QUIT':
        return this.#say('221 Bye');
      default:
        return this.#say('502 Unknown command');
    }
  }

  #path(name: string): string {
    const parts = (name.startsWith('/') ? name : `${this.#home}/${name}`)
      .split('/')
      .filter((one) => one !== '' && one !== '.');
    return `/${parts.join('/')}`;
  }

  #hasParent(path: string): boolean {
    const parent = path.slice(0, path.lastIndexOf('/'));
    return parent === '' || this.#server.files.has(`${parent}/`);
  }

  #facts(path: string): string {
    const file = this.#server.files.get(path);
    const time = this.#server.times.get(path) ?? '20260102030405';
    return file === undefined ? `type=dir;modify=${time};` : `type=file;size=${file.length};modify=${time};`;
  }

  #list(path: string, isMlsd: boolean): string {
    const prefix = path === '/' ? '/' : `${path}/`;
    const lines = isMlsd ? ['type=cdir; .', 'type=pdir; ..'] : ['total 12'];
    for (const [name, content] of this.#server.files) {
      const own = name.slice(prefix.length).replace(/\/$/, '');
      if (!name.startsWith(prefix) || own === '' || own.includes('/')) continue;
      const isDirectory = name.endsWith('/');
      if (isMlsd) lines.push(`${this.#facts(isDirectory ? name.slice(0, -1) : name)} ${own}`);
      else
        lines.push(
          `${isDirectory ? 'd' : '-'}rw-r--r--   1 app  staff  ${content.length} Jan  2  2026 ${own}`,
        );
    }
    return lines.map((line) => `${line}\r\n`).join('');
  }

  async #open(line: string, preliminary: string): Promise<MemoryServer | undefined> {
    const pending = this.#data;
    this.#data = undefined;
    if (pending === undefined) {
      await this.#say('425 Use EPSV first');
      return undefined;
    }
    const data = await pending;
    await this.#say(preliminary);
    const own = this.#server.onData?.(data, line, this.#line);
    if (own !== undefined) {
      await own;
      return undefined;
    }
    try {
      if (this.#isPrivate) await data.startTls();
    } catch {
      data.reset();
      await this.#say('425 Unable to build the data connection');
      return undefined;
    }
    return data;
  }

  async #send(line: string, content: string, preliminary: string): Promise<void> {
    const data = await this.#open(line, preliminary);
    if (data === undefined) return;
    const { order } = this.#server;
    try {
      for (let at = 0; at < content.length; at += 65_536)
        await data.write(latin1(content.slice(at, at + 65_536)));
    } catch {
      return this.#say('426 Connection closed; transfer aborted');
    }
    if (order === 'reply first') await this.#say('226 Transfer complete');
    // The client must be able to wait for both in either order.
    for (let n = 0; n < 20; n++) await Promise.resolve();
    await data.close();
    if (order === 'end first') await this.#say('226 Transfer complete');
  }

  async #receive(line: string, path: string, before: string): Promise<void> {
    if (!this.#hasParent(path)) return this.#say('553 No such directory');
    const data = await this.#open(line, '150 Send it');
    if (data === undefined) return;
    const { files } = this.#server;
    let content = before;
    files.set(path, content);
    try {
      for (;;) {
        const chunk = await data.read();
        if (chunk === undefined) break;
        content += Array.from(chunk, (byte) => String.fromCharCode(byte)).join('');
        files.set(path, content);
      }
    } catch {
      return this.#say('426 Connection closed; transfer aborted');
    }
    await data.close();
    await this.#say('226 Transfer complete');
  }

  #say(text: string): Promise<void> {
    return this.#line.write(latin1(`${text}\r\n`));
  }

  async #readLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 2);
        if (
          NEEDS_TLS.test(line) &&
          line.includes('app') &&
          !this.#line.peer.tls &&
          this.#server.features.includes('TLS ONLY')
        )
          throw new Error('a login in clear');
        return line;
      }
      const chunk = await this.#line.read();
      if (chunk === undefined) return undefined;
      this.#rest += Array.from(chunk, (byte) => String.fromCharCode(byte)).join('');
    }
  }
}
