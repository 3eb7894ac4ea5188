// One connection of the sidebar: its name, protocol and pool, and the pages it can be looked at with.
import { pagesOf } from '../../pages/kinds.ts';
import type { Access, ConnectionAccess } from '../../session/access.ts';
import { openTab } from '../tabs/tabs.ts';
import type { Health } from './health.ts';

interface ConnectionItemProps {
  readonly connection: ConnectionAccess;
  readonly access: Access;
  readonly health: Health | undefined;
  /** Called when a page of it is opened. */
  readonly onOpen: () => void;
}

/** One connection, as an entry of the list. */
export function ConnectionItem({ connection, access, health, onOpen }: ConnectionItemProps) {
  const pages = pagesOf(connection, access);
  const show = (kind: string) => {
    openTab(kind, connection.name);
    onOpen();
  };
  const [first, ...others] = pages;
  return (
    <li class="connection">
      <button
        type="button"
        class="item"
        disabled={first === undefined}
        onClick={() => first && show(first.id)}
      >
        <span class={`dot ${health?.state ?? 'unknown'}`} />
        <span class="name">{connection.name}</span>
        <span class="badge">{connection.protocol}</span>
        {health !== undefined && <span class="muted pool">{health.text}</span>}
      </button>
      {others.length > 0 && (
        <span class="more">
          {pages.map((kind) => (
            <button key={kind.id} type="button" class="chip" onClick={() => show(kind.id)}>
              {kind.title}
              <span class="visually-hidden"> of {connection.name}</span>
            </button>
          ))}
        </span>
      )}
    </li>
  );
}
