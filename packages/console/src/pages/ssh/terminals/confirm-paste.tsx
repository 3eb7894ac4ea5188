// Asks before a text of several lines goes to a shell, which would run each of them at once.
import { formatCount, plural } from '../../../browser/format.ts';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import { MAX_PASTE, type Paste } from '../terminal/paste.ts';

const SHOWN = 2_000;

/** Whether the text is to be sent. One line without control characters is not asked about. */
export async function confirmPaste({ text, lines, removed, isTooLong }: Paste): Promise<boolean> {
  if (isTooLong) {
    announce(`A paste has at most ${formatCount(MAX_PASTE)} characters. Send files on the Files page.`);
    return false;
  }
  if (lines === 1 && removed === 0) return true;
  return confirm({
    title: `Paste ${plural(lines, 'line')}?`,
    body: (
      <>
        <p>The server may run each line at once.</p>
        {removed > 0 && <p>{plural(removed, 'control character')} in it will be left out.</p>}
        <pre class="ssh-paste" tabIndex={0}>
          {text.slice(0, SHOWN)}
          {text.length > SHOWN && ' …'}
        </pre>
      </>
    ),
    verb: 'Paste',
  });
}
