// What the subjects of the bench of IMAP are asked. Connecting counts where the title says so.
import { type Subject, timed } from '../round.ts';

const MESSAGES = 1_000;
const MANY = 10_000;
/** What 221,053 lines of 76 letters of base64 stand for. */
const ATTACHMENT_BYTES = 221_053 * 57;
const CONNECTIONS = 5;

/** A subject, logged in. */
export interface ImapSubject {
  /** @returns How many envelopes with structures have come. */
  envelopes(mailbox: string): Promise<number>;
  /** @returns How many messages' flags have come. */
  flags(mailbox: string): Promise<number>;
  /** @returns How many bytes the part has, decoded. */
  attachment(mailbox: string): Promise<number>;
  /** @returns The subjects of the newest ten. */
  newest(mailbox: string): Promise<readonly (string | undefined)[]>;
  /** Finds out what has changed since `known`. @returns How many messages. */
  changes(mailbox: string, known: unknown): Promise<number>;
  /** What `changes` needs to know. */
  known(mailbox: string): Promise<unknown>;
  close(): Promise<void>;
}

function check(is: boolean, what: string): void {
  if (!is) throw new Error(what);
}

/** The scenarios, plain and over TLS, near and far. */
export function subject(open: (port: number, tls: boolean) => Promise<ImapSubject>): Subject {
  /** By port: the state of an earlier connection. */
  const states = new Map<number, unknown>();
  const withTls = (tls: boolean): Subject => {
    const using = async <T>(port: number, work: (client: ImapSubject) => Promise<T>): Promise<T> => {
      const client = await open(port, tls);
      try {
        return await work(client);
      } finally {
        await client.close();
      }
    };
    const logged =
      (count: number, work: (client: ImapSubject) => Promise<void>): Subject[string] =>
      (port) =>
        using(port, (client) => timed(count, () => work(client)));
    const known = async (port: number): Promise<unknown> => {
      if (!states.has(port)) states.set(port, await using(port, (client) => client.known('Many')));
      return states.get(port);
    };
    return {
      connect: (port) =>
        timed(CONNECTIONS, async () => {
          for (let i = 0; i < CONNECTIONS; i++) await using(port, async () => {});
        }),
      envelopes: logged(MESSAGES, async (client) =>
        check((await client.envelopes('Thousand')) === MESSAGES, 'another number of envelopes'),
      ),
      flags: logged(MANY, async (client) =>
        check((await client.flags('Many')) === MANY, 'another number of messages'),
      ),
      attachment: logged(ATTACHMENT_BYTES / 1_000_000, async (client) =>
        check((await client.attachment('Large')) === ATTACHMENT_BYTES, 'the attachment has another length'),
      ),
      newest: (port) =>
        timed(1, () =>
          using(port, async (client) =>
            check((await client.newest('Thousand')).at(-1) === 'Message 1000', 'other subjects'),
          ),
        ),
      async unchanged(port) {
        const state = await known(port);
        return timed(1, () =>
          using(port, async (client) => check((await client.changes('Many', state)) === 0, 'changes')),
        );
      },
    };
  };
  const plain = withTls(false);
  const named = (suffix: string, subjects: Subject): Subject =>
    Object.fromEntries(Object.entries(subjects).map(([id, run]) => [`${id}${suffix}`, run] as const));
  return { ...plain, ...named('-far', plain), ...named('-tls', withTls(true)) };
}
