// The command palette: every page and command by a few letters.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Access } from '../../session/access.ts';
import { Modal } from '../../ui/dialog/modal.tsx';
import { isPaletteOpen } from '../frame/shortcuts.ts';
import { commandsOf, matching } from './commands.ts';

/** The palette; it closes by Escape, a click beside it, or a choice. */
export function Palette({ access }: { readonly access: Access }) {
  const text = useSignal('');
  const at = useSignal(0);
  const found = matching(commandsOf(access), text.value);
  useEffect(() => {
    document.getElementById(`palette-${at.value}`)?.scrollIntoView({ block: 'nearest' });
  }, [at.value]);
  const close = () => {
    isPaletteOpen.value = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      at.value = Math.max(0, Math.min(found.length - 1, at.value + step));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      close();
      found[at.value]?.run();
    }
  };
  return (
    <Modal title="Commands" class="palette" onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length === 0 ? undefined : `palette-${at.value}`}
        aria-label="Find a page or a command"
        placeholder="A page, a connection, a command"
        value={text}
        onKeyDown={onKeyDown}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          at.value = 0;
        }}
      />
      <div id="palette-list" role="listbox" aria-label="Commands">
        {found.map((command, i) => (
          <div
            key={command.title}
            id={`palette-${i}`}
            role="option"
            aria-selected={i === at.value}
            onClick={() => {
              close();
              command.run();
            }}
          >
            {command.title} {command.keys !== undefined && <kbd>{command.keys}</kbd>}
          </div>
        ))}
        {found.length === 0 && <p class="muted">Nothing is called that.</p>}
      </div>
    </Modal>
  );
}
