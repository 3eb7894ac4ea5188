// The left side: the connections that the token may use, the tools, the theme, and the way out.
import type { Signal } from '@preact/signals';
import { PAGE_KINDS } from '../../pages/kinds.ts';
import type { Access } from '../../session/access.ts';
import { refreshAccess, signOut } from '../../session/session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { announce } from '../../ui/feedback/announce.tsx';
import { wordsOf } from '../../ui/feedback/words.ts';
import { Logo } from '../frame/logo.tsx';
import { openTab } from '../tabs/tabs.ts';
import { ConnectionItem } from './connection-item.tsx';
import { healthOf, useHealth } from './health.ts';
import { ThemeChoice } from './theme-choice.tsx';
import { useDrawer } from './use-drawer.ts';

/** The left side. On narrow screens it is a drawer that `isOpen` opens. */
export function Sidebar({ access, isOpen }: { readonly access: Access; readonly isOpen: Signal<boolean> }) {
  const close = () => {
    isOpen.value = false;
  };
  const health = useHealth(access);
  const drawer = useDrawer(isOpen);
  return (
    <nav ref={drawer} class={`sidebar ${isOpen.value ? 'open' : ''}`} aria-label="Connections and tools">
      <header>
        <Logo /> <strong>Fairlead</strong>
        <Button kind="quiet" class="only-narrow" onClick={close} label="Close the menu">
          ✕
        </Button>
      </header>
      <h2>Connections</h2>
      {access.connections.length === 0 && (
        <p class="muted">
          This token may use no connection. Its scopes are in the gateway’s FAIRLEAD_TOKENS.
        </p>
      )}
      <ul>
        {access.connections.map((connection) => (
          <ConnectionItem
            key={connection.name}
            connection={connection}
            access={access}
            health={healthOf(health.value, connection.name)}
            onOpen={close}
          />
        ))}
      </ul>
      <Tools access={access} onOpen={close} />
      <Foot access={access} />
    </nav>
  );
}

/** The pages that need no connection, and the documents. */
function Tools({ access, onOpen }: { readonly access: Access; readonly onOpen: () => void }) {
  const tools = PAGE_KINDS.filter((kind) => kind.place === 'tool' && kind.accepts(access, undefined));
  return (
    <>
      <h2>Tools</h2>
      <ul>
        {tools.map((kind) => (
          <li key={kind.id}>
            <button
              type="button"
              class="item"
              onClick={() => {
                openTab(kind.id, undefined);
                onOpen();
              }}
            >
              {kind.title}
            </button>
          </li>
        ))}
        <li>
          <a class="item" href="/docs">
            API documents
          </a>
        </li>
      </ul>
    </>
  );
}

/** Asks anew for the connections, and says what came of it. */
async function refresh(): Promise<void> {
  try {
    await refreshAccess();
    announce('The list is new');
  } catch (error) {
    const { title, detail } = wordsOf(error);
    announce(`The list stays as it was. ${title}: ${detail}`);
  }
}

/** The theme, who is signed in, and the way out. */
function Foot({ access }: { readonly access: Access }) {
  return (
    <footer>
      <ThemeChoice />
      <p class="muted">
        Token <strong>{access.name}</strong>, version {access.version}
      </p>
      <div class="row">
        <Button kind="quiet" onClick={() => void refresh()}>
          Refresh
        </Button>
        <Button kind="quiet" onClick={signOut}>
          Sign out
        </Button>
      </div>
    </footer>
  );
}
