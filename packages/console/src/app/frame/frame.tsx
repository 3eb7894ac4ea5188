// The frame around the pages: connections on the left, tabs above, the page, and what the page has asked the gateway below.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { isStorageFull } from '../../browser/storage.ts';
import type { Access } from '../../session/access.ts';
import { Palette } from '../palette/palette.tsx';
import { Sidebar } from '../sidebar/sidebar.tsx';
import { TabBar } from '../tabs/tab-bar.tsx';
import { TabPanels } from '../tabs/tab-panels.tsx';
import { takeTabs } from '../tabs/tabs.ts';
import { isPaletteOpen } from './shortcuts.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** What is seen while somebody is signed in. */
export function Frame({ access }: { readonly access: Access }) {
  const isMenuOpen = useSignal(false);
  // Before anything of them is drawn.
  useMemo(() => takeTabs(access.name), [access.name]);
  useShortcuts();
  return (
    <div class="frame">
      <a class="skip" href="#page">
        To the page
      </a>
      <Sidebar access={access} isOpen={isMenuOpen} />
      <div class="work">
        <TabBar isMenuOpen={isMenuOpen} />
        {isStorageFull.value && (
          <p class="notice" role="status">
            The browser’s storage is full or forbidden: a reload loses what is typed from now on. Close tabs
            that are not needed.
          </p>
        )}
        <main id="page" tabIndex={-1}>
          <TabPanels access={access} />
        </main>
      </div>
      {isPaletteOpen.value && <Palette access={access} />}
    </div>
  );
}
