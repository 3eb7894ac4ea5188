// What a server's escape sequences may do to the page: nothing. Titles stay out of the document, the clipboard is not written, links
// are asked about, windows are not moved.
import type { ILinkHandler, IParser, IWindowOptions } from '@xterm/xterm';
import { visibleText } from '../../../browser/visible-text.ts';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { webUrl } from './link-url.ts';

/** None of the operations of XTWINOPS, reports of title and position included. */
export const NO_WINDOW_OPERATIONS: IWindowOptions = {};

/** The title of the window and of its icon (0, 1, 2), notifications (9, 99, 777), files and more of iTerm2 (1337). */
const IGNORED_OSC = [0, 1, 2, 9, 99, 777, 1337];
const OSC_CLIPBOARD = 52;
/**
 * Sequences that xterm.js carries out as often as their number says, one by one, which may be 2^31 times: lines and characters that
 * are put in, taken out, scrolled and repeated, and tabs.
 */
const REPEATED = ['L', 'M', 'S', 'T', 'b', 'I', 'Z'];
/** No screen has more lines or columns that it would take. */
const MOST_REPEATED = 1_000;
const QUIET_MS = 10_000;

/**
 * Takes sequences away that reach beyond the screen.
 * @param tell Says what was refused; not more often than once in ten seconds.
 */
export function guardParser(parser: IParser, tell: (words: string) => void): void {
  for (const ident of IGNORED_OSC) parser.registerOscHandler(ident, () => true);
  for (const final of REPEATED)
    parser.registerCsiHandler({ final }, ([times]) => typeof times === 'number' && times > MOST_REPEATED);
  let toldAt = Number.NEGATIVE_INFINITY;
  parser.registerOscHandler(OSC_CLIPBOARD, () => {
    if (performance.now() - toldAt > QUIET_MS) {
      toldAt = performance.now();
      tell('The server tried to use your clipboard. It was refused.');
    }
    return true;
  });
}

/** Opens links after a question that shows where they lead, whatever their text says. */
export const linkHandler: ILinkHandler = {
  allowNonHttpProtocols: false,
  activate: (event, text) => {
    event.preventDefault();
    void askAndOpen(text);
  },
};

async function askAndOpen(text: string): Promise<void> {
  const url = webUrl(text);
  if (url === undefined) return;
  const isYes = await confirm({
    title: 'Open this link of the server?',
    body: `It leads to ${visibleText(url.href)} and opens in a tab of its own.`,
    verb: 'Open',
  });
  if (isYes) window.open(url.href, '_blank', 'noopener,noreferrer');
}
