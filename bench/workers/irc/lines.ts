// What the parsers read: lines as servers send them to a bot in busy channels, with tags and without.
import { type Timed, timed } from '../round.ts';

const REPEATS = 20_000;
const CHUNK_BYTES = 65_536;

const TAGS =
  '@time=2026-11-21T12:00:00.000Z;msgid=63E1033A051D4B41B1AB1FA3CF4B243E-1;account=alice;batch=a1b2c3';

/** Without their CR LF. */
export const LINES: readonly string[] = [
  `${TAGS} :alice!~alice@2001:db8::1 PRIVMSG #fairlead :Good morning, has anybody looked at the pull request yet?`,
  ':bob!bob@staff.example.net PRIVMSG #fairlead :yes, ten minutes ago',
  '@time=2026-11-21T12:00:01.234Z;+example.com/note=a\\sb\\:c\\\\d :carol!c@host.example NOTICE #fairlead :Deployed',
  ':dave!~d@198.51.100.7 JOIN #fairlead dave :Dave from somewhere',
  '@time=2026-11-21T12:00:02.000Z :irc.example.net 353 bot = #fairlead :@alice +bob carol dave erin frank grace heidi ivan',
  ':irc.example.net 366 bot #fairlead :End of /NAMES list.',
  'PING :irc.example.net',
  '@account=erin :erin!e@host.example MODE #fairlead +ov frank grace',
  `${TAGS};+draft/reply=63E1033A051D4B41B1AB1FA3CF4B243E-0 :grace!g@host.example PRIVMSG #fairlead :grüße 👋`,
  ':heidi!h@host.example QUIT :Ping timeout: 240 seconds',
];

/** Calls `read` with every line, again and again. `read` gives a number, so that nothing of its work can be left out. */
export function eachLine(read: (line: string) => number): () => Promise<Timed> {
  return () => {
    let sum = 0;
    return checked(async () => {
      for (let i = 0; i < REPEATS; i++) for (const line of LINES) sum += read(line);
      return sum;
    });
  };
}

/** The same lines as bytes, in chunks that end anywhere. `read` counts the messages. */
export function eachChunk(open: () => (chunk: Uint8Array) => number): () => Promise<Timed> {
  const text = `${LINES.join('\r\n')}\r\n`.repeat(REPEATS / 10);
  const bytes = new TextEncoder().encode(text);
  return () =>
    checked(async () => {
      const read = open();
      let messages = 0;
      for (let round = 0; round < 10; round++) {
        for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
          messages += read(bytes.subarray(at, at + CHUNK_BYTES));
      }
      if (messages !== REPEATS * LINES.length) throw new Error(`${messages} messages were read`);
      return messages;
    });
}

function checked(work: () => Promise<number>): Promise<Timed> {
  return timed(REPEATS * LINES.length, async () => {
    if ((await work()) === 0) throw new Error('Nothing was read');
  });
}
