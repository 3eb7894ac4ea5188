// What can be done with the terminal that is looked at.
import { Button } from '../../../ui/controls/button.tsx';
import { Check } from '../../../ui/controls/text-field.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import type { TerminalSession } from '../terminal/session.ts';
import { changeFontSize, isReadAloud } from './looks.ts';

/** The buttons. */
export function Toolbar({ session }: { readonly session: TerminalSession }) {
  const isOpen = session.state.value === 'open';
  return (
    <div class="row ssh-tools" role="group" aria-label={`Tools of ${session.title}`}>
      <Button
        onClick={() => void session.copy()}
        title="Ctrl Shift C"
        isDisabled={!session.hasSelection.value}
      >
        Copy
      </Button>
      <Button onClick={() => void pasteInto(session)} title="Ctrl Shift V" isDisabled={!isOpen}>
        Paste
      </Button>
      <Button onClick={() => session.clear()}>Clear</Button>
      <Button title="Smaller letters" onClick={() => changeFontSize(-1)}>
        A−<span class="visually-hidden"> Smaller letters</span>
      </Button>
      <Button title="Larger letters" onClick={() => changeFontSize(1)}>
        A+<span class="visually-hidden"> Larger letters</span>
      </Button>
      <Check label="Read aloud" value={isReadAloud} />
      {isOpen && <Button onClick={() => session.disconnect()}>Disconnect</Button>}
      <span class="muted ssh-hint">
        <kbd>Ctrl F6</kbd> leaves the terminal
      </span>
    </div>
  );
}

async function pasteInto(session: TerminalSession): Promise<void> {
  const text = await navigator.clipboard.readText().catch(() => undefined);
  if (text === undefined) {
    announce('The browser did not allow it. Press Ctrl Shift V in the terminal.');
    session.focus();
    return;
  }
  await session.paste(text);
}
