// One conversation: a channel, a person, or the server's own words. Its lines are kept up to a number.

/** Lines of one conversation that are kept; the oldest go. */
const MAX_LINES = 3_000;
/** Further members are counted by the server's list alone. */
const MAX_MEMBERS = 20_000;

/** How a line reads. `event`: somebody came, went, changed something. `problem`: a command failed. */
export type LineKind = 'privmsg' | 'notice' | 'action' | 'event' | 'problem';

/** A line. Its texts are a stranger's. */
export interface Line {
  /** The server's `msgid`, or one of this page. */
  readonly id: string;
  readonly kind: LineKind;
  /** The nick; empty for lines of the page. */
  readonly from: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly isSelf: boolean;
  /** Whether it names this client. */
  readonly isMention: boolean;
}

/** A member of a channel, as it is shown. */
export interface Member {
  readonly nick: string;
  readonly modes: string;
  readonly isAway: boolean;
}

/** What is said where. */
export class Conversation {
  readonly name: string;
  readonly kind: 'server' | 'channel' | 'person';
  topic = '';
  /** Whether this client is in the channel; always for others. */
  isJoined = true;
  /** By folded nick. */
  readonly members: Map<string, Member> = new Map();
  /** Texts that came while it was not looked at. */
  unread = 0;
  /** Of them, those that name this client, and all private ones. */
  mentions = 0;
  /** Whether the server may have older lines. */
  mayHaveOlder = true;
  #lines: Line[] = [];
  readonly #ids = new Set<string>();
  #dropped = 0;

  constructor(name: string, kind: Conversation['kind']) {
    this.name = name;
    this.kind = kind;
  }

  /** In their order. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** Lines that were let go. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds a line at the end. @returns Whether it was new. */
  add(line: Line): boolean {
    if (this.#ids.has(line.id)) return false;
    this.#ids.add(line.id);
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) {
      const [oldest] = this.#lines.splice(0, 1);
      if (oldest !== undefined) this.#ids.delete(oldest.id);
      this.#dropped++;
    }
    return true;
  }

  /** Puts lines of the server's history where they belong; those that are there already are passed over. @returns How many were new. */
  merge(lines: readonly Line[]): number {
    const fresh = lines.filter(({ id }) => !this.#ids.has(id));
    for (const { id } of fresh) this.#ids.add(id);
    // A stable sort: lines of one moment stay in their order.
    this.#lines = [...fresh, ...this.#lines].sort((a, b) => a.time - b.time);
    return fresh.length;
  }

  /** Takes a member on, up to a number. */
  setMember(key: string, member: Member): void {
    if (this.members.has(key) || this.members.size < MAX_MEMBERS) this.members.set(key, member);
  }
}
