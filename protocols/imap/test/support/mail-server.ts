// A small honest IMAP server in memory: one account, a few mailboxes. It understands what this client sends, and no more.
import type { MemoryServer } from '@fairlead/testkit';

/** One message of the server. */
export interface StoredMessage {
  uid: number;
  flags: Set<string>;
  modSeq: number;
  source: string;
}

/** One mailbox of the server. */
export interface StoredMailbox {
  uidValidity: number;
  uidNext: number;
  modSeq: number;
  messages: StoredMessage[];
  /** UID and MODSEQ of what is gone. */
  gone: [uid: number, modSeq: number][];
}

const encode = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const decode = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** What a server offers by default. */
export const CAPABILITIES =
  'IMAP4rev1 SASL-IR LITERAL+ ENABLE UTF8=ACCEPT CONDSTORE QRESYNC ESEARCH UIDPLUS MOVE IDLE ID NAMESPACE BINARY LIST-EXTENDED LIST-STATUS SPECIAL-USE AUTH=PLAIN';

/** A mailbox with `count` messages. */
export function mailboxOf(
  count: number,
  source = (n: number): string => mail(`Subject ${n}`),
): StoredMailbox {
  const messages = Array.from({ length: count }, (_, at) => ({
    uid: at + 1,
    flags: new Set<string>(),
    modSeq: 1,
    source: source(at + 1),
  }));
  return { uidValidity: 7, uidNext: count + 1, modSeq: 1, messages, gone: [] };
}

/** A message of plain text. */
export function mail(subject: string, body = 'Hello.\r\n'): string {
  return `From: Ann <ann@x.test>\r\nSubject: ${subject}\r\nMessage-ID: <${subject.replace(/\W/g, '')}@x.test>\r\n\r\n${body}`;
}

/** What hooks may do to one command: answer it (true), or leave it to the server. */
export type Hook = (
  line: string,
  write: (text: string) => Promise<void>,
) => Promise<boolean | undefined> | boolean | undefined;

/** The server; `serve` handles one connection. */
export class MailServer {
  capabilities: string = CAPABILITIES;
  mailboxes = new Map<string, StoredMailbox>([['INBOX', mailboxOf(3)]]);
  /** Every command, without its tag; literals in braces. */
  readonly commands: string[] = [];
  /** How often the server waited for the client. */
  flights = 0;
  sent = 0;
  hook: Hook | undefined;

  async serve(server: MemoryServer): Promise<void> {
    await new Connection(this, server).run().catch(() => undefined);
    await server.close();
  }
}

class Connection {
  readonly #server: MailServer;
  readonly #line: MemoryServer;
  #buffer = '';
  #box: StoredMailbox | undefined;
  #isResync = false;

  constructor(server: MailServer, line: MemoryServer) {
    this.#server = server;
    this.#line = line;
  }

  async run(): Promise<void> {
    await this.#write(`* OK [CAPABILITY ${this.#server.capabilities}] ready\r\n`);
    for (;;) {
      const line = await this.#command();
      if (line === undefined) return;
      const [tag = '', ...words] = line.split(' ');
      const text = words.join(' ');
      this.#server.commands.push(text.replace(/^LOGIN .*/, 'LOGIN').replace(/^(AUTHENTICATE \S+).*/, '$1'));
      const write = (out: string): Promise<void> => this.#write(out.replaceAll('%T', tag));
      if (await this.#server.hook?.(text, write)) continue;
      await this.#answer(text, write);
      if (text === 'LOGOUT') return;
    }
  }

  async #write(text: string): Promise<void> {
    this.#server.sent += text.length;
    await this.#line.write(encode(text));
  }

  async #more(): Promise<boolean> {
    this.#server.flights++;
    const bytes = await this.#line.read();
    if (bytes === undefined) return false;
    for (let at = 0; at < bytes.length; at += 8192) this.#buffer += decode(bytes.subarray(at, at + 8192));
    return true;
  }

  /** One command with its literals, which replace their announcements. */
  async #command(): Promise<string | undefined> {
    let text = '';
    for (;;) {
      let end = this.#buffer.indexOf('\r\n');
      while (end < 0) {
        if (!(await this.#more())) return undefined;
        end = this.#buffer.indexOf('\r\n');
      }
      const line = this.#buffer.slice(0, end);
      this.#buffer = this.#buffer.slice(end + 2);
      const literal = /^(.*?)~?\{(\d+)(\+?)\}$/s.exec(line);
      if (literal === null) return text + line;
      if (literal[3] === '') await this.#write('+ go on\r\n');
      const size = Number(literal[2]);
      while (this.#buffer.length < size) if (!(await this.#more())) return undefined;
      text += `${literal[1]}{${this.#buffer.slice(0, size)}}`;
      this.#buffer = this.#buffer.slice(size);
    }
  }

  async #answer(text: string, write: (out: string) => Promise<void>): Promise<void> {
    const command = /^(UID \w+|\w+)/.exec(text)?.[1] ?? '';
    const rest = text.slice(command.length + 1);
    const run = this.#commands[command];
    await write(run === undefined ? '%T BAD unknown\r\n' : await run(rest));
  }

  readonly #commands: Readonly<Record<string, (rest: string) => Promise<string> | string>> = {
    CAPABILITY: () => `* CAPABILITY ${this.#server.capabilities}\r\n%T OK done\r\n`,
    AUTHENTICATE: () => `%T OK [CAPABILITY ${this.#server.capabilities}] in\r\n`,
    LOGIN: () => `%T OK [CAPABILITY ${this.#server.capabilities}] in\r\n`,
    ENABLE: (rest) => {
      this.#isResync = rest.includes('QRESYNC');
      return `* ENABLED ${rest}\r\n%T OK on\r\n`;
    },
    ID: () => '* ID ("name" "test")\r\n%T OK\r\n',
    NOOP: () => '%T OK\r\n',
    LOGOUT: () => '* BYE bye\r\n%T OK\r\n',
    NAMESPACE: () => '* NAMESPACE (("" "/")) NIL (("Shared/" "/"))\r\n%T OK\r\n',
    SELECT: (rest) => this.#select(rest, 'READ-WRITE'),
    EXAMINE: (rest) => this.#select(rest, 'READ-ONLY'),
    LIST: (rest) => {
      const withStatus = rest.includes('STATUS');
      const lines = [...this.#server.mailboxes].map(([name, box]) => {
        const use = name === 'Trash' ? '\\Trash ' : '';
        const figures = withStatus ? `* STATUS "${name}" (MESSAGES ${box.messages.length})\r\n` : '';
        return `* LIST (${use}\\HasNoChildren) "/" "${name}"\r\n${figures}`;
      });
      return `${lines.join('')}%T OK\r\n`;
    },
    STATUS: (rest) => {
      const name = nameOf(rest);
      const box = this.#server.mailboxes.get(name);
      if (box === undefined) return '%T NO [NONEXISTENT] no such mailbox\r\n';
      return `* STATUS "${name}" (MESSAGES ${box.messages.length} UIDNEXT ${box.uidNext} UIDVALIDITY ${box.uidValidity})\r\n%T OK\r\n`;
    },
    CREATE: (rest) => {
      this.#server.mailboxes.set(nameOf(rest), mailboxOf(0));
      return '%T OK\r\n';
    },
    FETCH: (rest) => this.#fetch(rest, false),
    'UID FETCH': (rest) => this.#fetch(rest, true),
    'UID SEARCH': (rest) => {
      const uids = this.#messages.map(({ uid }) => uid);
      if (!rest.startsWith('RETURN')) return `* SEARCH ${uids.join(' ')}\r\n%T OK\r\n`;
      const all = uids.length > 0 ? ` ALL ${compress(uids)}` : '';
      return `* ESEARCH (TAG "%T") UID${all} COUNT ${uids.length}\r\n%T OK\r\n`;
    },
    'UID STORE': (rest) => {
      const [, set = '', sign = '', flags = ''] =
        /^(\S+) (?:\(.*?\) )?([+-]?)FLAGS\S* \((.*?)\)/.exec(rest) ?? [];
      for (const one of this.#in(set)) {
        one.modSeq = ++this.#selected.modSeq;
        if (sign === '') one.flags.clear();
        for (const flag of flags.split(' ')) sign === '-' ? one.flags.delete(flag) : one.flags.add(flag);
      }
      return '%T OK\r\n';
    },
    'UID COPY': (rest) => {
      const copied = this.#copy(rest);
      return copied === undefined ? '%T NO [TRYCREATE] no such mailbox\r\n' : `%T OK [${copied}] copied\r\n`;
    },
    'UID MOVE': (rest) => {
      const copied = this.#copy(rest);
      if (copied === undefined) return '%T NO [TRYCREATE] no such mailbox\r\n';
      return `* OK [${copied}] moved\r\n${this.#remove(rest.split(' ')[0] ?? '')}%T OK\r\n`;
    },
    'UID EXPUNGE': (rest) => `${this.#remove(rest)}%T OK\r\n`,
    APPEND: (rest) => {
      const name = nameOf(rest);
      const box = this.#server.mailboxes.get(name);
      const [, flags = '', source = ''] =
        /^(?:"[^"]*"|\S+) (?:\((.*?)\) )?(?:".*?" )?\{(.*)\}$/s.exec(rest) ?? [];
      if (box === undefined) return '%T NO [TRYCREATE] no such mailbox\r\n';
      const uid = box.uidNext++;
      box.messages.push({
        uid,
        flags: new Set(flags.split(' ').filter(Boolean)),
        modSeq: ++box.modSeq,
        source,
      });
      return `%T OK [APPENDUID ${box.uidValidity} ${uid}] done\r\n`;
    },
    IDLE: async () => {
      await this.#write('+ idling\r\n');
      while (!this.#buffer.includes('\r\n')) if (!(await this.#more())) return '';
      const done = this.#buffer.slice(0, this.#buffer.indexOf('\r\n'));
      this.#buffer = this.#buffer.slice(done.length + 2);
      this.#server.commands.push(done);
      return done === 'DONE' ? '%T OK\r\n' : '%T BAD no DONE\r\n';
    },
  };

  get #selected(): StoredMailbox {
    if (this.#box === undefined) throw new Error('no mailbox is selected');
    return this.#box;
  }

  get #messages(): StoredMessage[] {
    return this.#selected.messages;
  }

  #select(rest: string, mode: string): string {
    const box = this.#server.mailboxes.get(nameOf(rest));
    if (box === undefined) return '%T NO [NONEXISTENT] no such mailbox\r\n';
    this.#box = box;
    const { messages, uidValidity, uidNext, modSeq } = box;
    const resync = /QRESYNC \((\d+) (\d+)\)/.exec(rest);
    let changes = '';
    if (resync !== null && this.#isResync && Number(resync[1]) === uidValidity) {
      const since = Number(resync[2]);
      const gone = box.gone.filter(([, at]) => at > since).map(([uid]) => uid);
      if (gone.length > 0) changes += `* VANISHED (EARLIER) ${compress(gone)}\r\n`;
      for (const [at, one] of messages.entries()) {
        if (one.modSeq > since)
          changes += `* ${at + 1} FETCH (UID ${one.uid} ${flagsOf(one)} MODSEQ (${one.modSeq}))\r\n`;
      }
    }
    return (
      `* FLAGS (\\Seen \\Deleted)\r\n* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] ok\r\n* ${messages.length} EXISTS\r\n` +
      `* OK [UIDVALIDITY ${uidValidity}] ok\r\n* OK [UIDNEXT ${uidNext}] ok\r\n* OK [HIGHESTMODSEQ ${modSeq}] ok\r\n` +
      `${changes}%T OK [${mode}] selected\r\n`
    );
  }

  #in(set: string): StoredMessage[] {
    const last = this.#messages.at(-1)?.uid ?? 0;
    const ranges = set.split(',').map((range) => {
      const [from = 0, to = from] = range.split(':').map((end) => (end === '*' ? last : Number(end)));
      return [Math.min(from, to), Math.max(from, to)] as const;
    });
    return this.#messages.filter(({ uid }) => ranges.some(([from, to]) => uid >= from && uid <= to));
  }

  #fetch(rest: string, isUid: boolean): string {
    const [, set = '', items = ''] = /^(\S+) \((.*?)\)(?: \(CHANGEDSINCE \d+\))?$/.exec(rest) ?? [];
    const since = Number(/CHANGEDSINCE (\d+)/.exec(rest)?.[1] ?? -1);
    let out = '';
    const chosen = isUid ? this.#in(set) : this.#messages.slice(Number(set.split(':')[0]) - 1);
    for (const one of chosen) {
      if (one.modSeq <= since) continue;
      out += `* ${this.#messages.indexOf(one) + 1} FETCH (${fetched(one, items)})\r\n`;
    }
    return `${out}%T OK\r\n`;
  }

  #copy(rest: string): string | undefined {
    const [set = ''] = rest.split(' ');
    const target = this.#server.mailboxes.get(nameOf(rest.slice(set.length + 1)));
    if (target === undefined) return undefined;
    const copied = this.#in(set).map((one) => {
      const uid = target.uidNext++;
      target.messages.push({ ...one, uid });
      return [one.uid, uid];
    });
    return `COPYUID ${target.uidValidity} ${copied.map(([from]) => from)} ${copied.map(([, to]) => to)}`;
  }

  #remove(set: string): string {
    const box = this.#selected;
    let out = '';
    for (const one of this.#in(set)) {
      out += this.#isResync ? `* VANISHED ${one.uid}\r\n` : `* ${box.messages.indexOf(one) + 1} EXPUNGE\r\n`;
      box.messages.splice(box.messages.indexOf(one), 1);
      box.gone.push([one.uid, ++box.modSeq]);
    }
    return out;
  }
}

function fetched(one: StoredMessage, items: string): string {
  const header = one.source.slice(0, one.source.indexOf('\r\n\r\n') + 4);
  const body = one.source.slice(header.length);
  const subject = /^Subject: (.*)\r$/m.exec(header)?.[1] ?? '';
  const encoding = /^Content-Transfer-Encoding: (.*)\r$/im.exec(header)?.[1] ?? '7bit';
  const values: string[] = [`UID ${one.uid}`];
  const has = (item: string): boolean => items.includes(item);
  if (has('FLAGS')) values.push(flagsOf(one));
  if (has('RFC822.SIZE')) values.push(`RFC822.SIZE ${one.source.length}`);
  if (has('INTERNALDATE')) values.push('INTERNALDATE "17-Jul-2026 02:44:25 -0700"');
  if (has('ENVELOPE')) {
    values.push(
      `ENVELOPE (NIL "${subject}" (("Ann" NIL "ann" "x.test")) NIL NIL NIL NIL NIL NIL "<${subject.replace(/\W/g, '')}@x.test>")`,
    );
  }
  if (has('BODYSTRUCTURE')) {
    values.push(`BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "${encoding}" ${body.length} 1 NIL NIL NIL NIL)`);
  }
  if (has('MODSEQ')) values.push(`MODSEQ (${one.modSeq})`);
  if (has('BODY.PEEK[HEADER]')) values.push(`BODY[HEADER] {${header.length}}\r\n${header}`);
  if (has('BODY.PEEK[]')) values.push(`BODY[] {${one.source.length}}\r\n${one.source}`);
  if (has('BODY.PEEK[1]')) values.push(`BODY[1] {${body.length}}\r\n${body}`);
  if (has('BODY.PEEK[2]')) values.push('BODY[2] NIL');
  if (has('BINARY.PEEK[1]')) {
    const raw = encoding === 'base64' ? atob(body.replace(/\s/g, '')) : body;
    values.push(`BINARY[1] ~{${raw.length}}\r\n${raw}`);
  }
  return values.join(' ');
}

const flagsOf = (one: StoredMessage): string => `FLAGS (${[...one.flags].join(' ')})`;
const nameOf = (rest: string): string => /^(?:"([^"]*)"|(\S+))/.exec(rest)?.slice(1).find(Boolean) ?? '';

function compress(uids: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const uid of uids) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === uid - 1) last[1] = uid;
    else ranges.push([uid, uid]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',');
}
