// What the parsers read: lines as servers send them to a bot in busy channels, with tags and without.
import { type Timed, timed } from '../round.ts';

/** So often that a run is long beside the clock of a Worker, which counts whole milliseconds. */
const REPEATS = 50_000;
const WARM_UPS = 5;
const CHUNK_BYTES = 65_536;

const TAGS =
  '@time=2026-11-21T12:00:00.000Z;msgid=63E1033A051D4B41B1AB1FA3CF4B243E-1;account=alice;batch=a1b2c3';

/**
 * Without their CR LF. Decoded from bytes, as a client has them: V8 keeps a text that source code has joined as a tree, and code that
 * has met one is slower by half from then on.
 */
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
].map((line) => new TextDecoder().decode(new TextEncoder().encode(line)));

/**
 * Gives `read` all lines, again and again. `read` gives a number, so that nothing of its work can be left out, and has the loop over
 * the lines to itself: V8 compiles a loop that several readers share for none of them.
 */
export function eachLine(read: (lines: readonly string[]) => number): () => Promise<Timed> {
  return warmed(async () => {
    let sum = 0;
    for (let i = 0; i < REPEATS; i++) sum += read(LINES);
    if (sum === 0) throw new Error('Nothing was read');
  });
}

/** The same lines as bytes, in chunks that end anywhere. `read` counts the messages. */
export function eachChunk(open: () => (chunk: Uint8Array) => number): () => Promise<Timed> {
  const text = `${LINES.join('\r\n')}\r\n`.repeat(REPEATS / 10);
  const bytes = new TextEncoder().encode(text);
  return warmed(async () => {
    const read = open();
    let messages = 0;
    for (let round = 0; round < 10; round++) {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
        messages += read(bytes.subarray(at, at + CHUNK_BYTES));
    }
    if (messages !== REPEATS * LINES.length) throw new Error(`${messages} messages were read`);
  });
}

/**
 * Times `work`, which reads all lines. Before the first time it runs unmeasured for a while: V8 compiles on another thread, and a
 * short run on a busy machine would show when that was done, and not how fast the parser is.
 */
function warmed(work: () => Promise<void>): () => Promise<Timed> {
  let isWarm = false;
  return async () => {
    for (let i = 0; i < WARM_UPS && !isWarm; i++) await work();
    isWarm = true;
    return timed(REPEATS * LINES.length, work);
  };
}
