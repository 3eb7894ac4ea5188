// A Gopher server (RFC 1436) with the project's documents. It reads them once, at its start: a selector is looked up in a
// table and never taken for a path. No Gopher+, no search, no TLS.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { listenLocally, type RunningServer } from './local-server.ts';

const HOST = '127.0.0.1';
const MAX_CONNECTIONS = 64;
/** RFC 1436 section 2: a selector has no more than 255 characters. */
const MAX_REQUEST_BYTES = 255;
/** For the request, and for each silence of a reader. */
const IDLE_MS = 10_000;

interface Section {
  readonly name: string;
  /** Relative to the project's root. */
  readonly files: readonly string[];
}

/**
 * Reads the documents and starts the server: the menu under the empty selector and `/`, each file under `/` and its path.
 * @param root The project's root.
 * @param port 0 for any free one.
 */
export async function startGopher(root = '.', port = 0): Promise<RunningServer> {
  const answers = new Map<string, string>();
  const listener = createServer((socket) => serve(answers, socket));
  const server = await listenLocally(listener, port, MAX_CONNECTIONS);
  // A menu names the port that its items are at.
  for (const [selector, body] of load(root, server.port)) answers.set(selector, body);
  return server;
}

/** One request, one answer, and the end (section 2). */
function serve(answers: ReadonlyMap<string, string>, socket: Socket): void {
  let request = '';
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', function read(chunk: Buffer) {
    request += chunk.toString('latin1', 0, MAX_REQUEST_BYTES + 2);
    const end = request.indexOf('\n');
    if (end < 0 && request.length <= MAX_REQUEST_BYTES + 1) return;
    // What follows is read, so that the end of the connection is no reset, and forgotten.
    socket.off('data', read).resume();
    const selector = request.slice(0, Math.max(end, 0)).replace(/\r$/, '');
    const isRequest = end >= 0 && selector.length <= MAX_REQUEST_BYTES;
    socket.end((isRequest && answers.get(selector)) || NOT_FOUND);
  });
}

/** An item of type 3 (section 3.8). It repeats nothing of the request. */
const NOT_FOUND = '3There is no such document here\t\terror.host\t1\r\n.\r\n';

/** Every selector, and the bytes of its answer. */
function* load(root: string, port: number): Iterable<[selector: string, body: string]> {
  const items: string[] = [information('Fairlead: TCP protocol clients for Cloudflare Workers')];
  for (const { name, files } of sections(root)) {
    items.push(information(''), information(name));
    for (const file of files) {
      const text = readFileSync(join(root, file), 'utf8');
      yield [`/${file}`, asText(text)];
      items.push(`0${titleOf(text, file)}\t/${file}\t${HOST}\t${port}\r\n`);
    }
  }
  const menu = `${items.join('')}.\r\n`;
  yield ['', menu];
  yield ['/', menu];
}

function sections(root: string): readonly Section[] {
  const readmes = (folder: string) =>
    readdirSync(join(root, folder))
      .sort()
      .map((name) => `${folder}/${name}/README.md`)
      .filter((file) => existsSync(join(root, file)));
  return [
    { name: 'The project', files: ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'] },
    { name: 'Protocols', files: readmes('protocols') },
    { name: 'Packages', files: readmes('packages') },
  ];
}

/** A document's heading. */
function titleOf(text: string, file: string): string {
  const heading = /^# +(.+)$/m.exec(text)?.[1] ?? file;
  return heading.replaceAll(/[\t\r]/g, ' ').trim();
}

/** A line of a menu that leads nowhere. */
function information(text: string): string {
  return `i${text}\t\terror.host\t1\r\n`;
}

/** Lines that end with CR LF, a dot before leading dots, and a last line of a dot (section 3.8). */
function asText(text: string): string {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return `${lines.map((line) => (line.startsWith('.') ? `.${line}` : line)).join('\r\n')}\r\n.\r\n`;
}
