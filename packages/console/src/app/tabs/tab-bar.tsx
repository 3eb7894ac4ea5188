// The tabs above the page.
import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { pageKind } from '../../pages/kinds.ts';
import { Button } from '../../ui/controls/button.tsx';
import { isPaletteOpen } from '../frame/shortcuts.ts';
import { closeByHand, stepByKey } from './focus.ts';
import type { Tab } from './tab.ts';
import { currentTab, showTab, tabs } from './tabs.ts';

/** What a tab is called. */
function tabTitle({ kind, connection }: Tab): string {
  const title = pageKind(kind)?.title ?? kind;
  return connection === undefined ? title : `${connection}: ${title}`;
}

/** The tabs, the button of the drawer and that of the palette. */
export function TabBar({ isMenuOpen }: { readonly isMenuOpen: Signal<boolean> }) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    stepByKey(event.key === 'ArrowRight' ? 1 : -1);
  };
  return (
    <header class="tab-bar">
      <Button
        kind="quiet"
        class="only-narrow"
        label="Menu"
        onClick={() => {
          isMenuOpen.value = true;
        }}
      >
        ☰
      </Button>
      <div role="tablist" aria-label="Open pages" class="tabs" onKeyDown={onKeyDown}>
        {tabs.value.map((tab) => (
          <TabHandle key={tab.id} tab={tab} isCurrent={tab === currentTab.value} />
        ))}
      </div>
      <Button
        kind="quiet"
        onClick={() => {
          isPaletteOpen.value = true;
        }}
        title="Ctrl K or ⌘ K"
      >
        Commands
      </Button>
    </header>
  );
}

function TabHandle({ tab, isCurrent }: { readonly tab: Tab; readonly isCurrent: boolean }) {
  const handle = useRef<HTMLButtonElement>(null);
  // Of many tabs the one that is looked at is seen.
  useEffect(() => {
    if (isCurrent) handle.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isCurrent]);
  const close = (event: Event) => {
    event.stopPropagation();
    closeByHand(tab.id);
  };
  return (
    <button
      ref={handle}
      type="button"
      role="tab"
      class="tab"
      id={`tab-${tab.id}`}
      aria-selected={isCurrent}
      aria-controls={`panel-${tab.id}`}
      aria-keyshortcuts="Delete"
      tabIndex={isCurrent ? 0 : -1}
      onClick={() => showTab(tab.id)}
      onAuxClick={(event) => event.button === 1 && close(event)}
      onKeyDown={(event) => event.key === 'Delete' && close(event)}
    >
      {tabTitle(tab)}
      {/* A list of tabs may hold tabs alone: the keyboard's way is the key Delete. */}
      <span class="close" aria-hidden="true" title="Close (Delete, or Alt W)" onClick={close}>
        ×
      </span>
    </button>
  );
}
