// What is seen while no page is open: what there is to look at.
import { PAGE_KINDS, pagesOf } from '../../pages/kinds.ts';
import type { Access } from '../../session/access.ts';
import { openTab } from '../tabs/tabs.ts';
import { SHORTCUTS } from './shortcuts.ts';

/** The start page. */
export function Welcome({ access }: { readonly access: Access }) {
  const tools = PAGE_KINDS.filter((kind) => kind.place === 'tool' && kind.accepts(access, undefined));
  return (
    <div class="welcome">
      <h1>What would you like to look at?</h1>
      <ul class="cards">
        {access.connections.flatMap((connection) =>
          pagesOf(connection, access).map((kind) => (
            <li key={`${connection.name} ${kind.id}`}>
              <button type="button" class="card" onClick={() => openTab(kind.id, connection.name)}>
                <strong>{kind.title}</strong>
                <span class="muted">{kind.about}</span>
                <span>
                  {connection.name} <span class="badge">{connection.protocol}</span>
                </span>
              </button>
            </li>
          )),
        )}
        {tools.map((kind) => (
          <li key={kind.id}>
            <button type="button" class="card" onClick={() => openTab(kind.id, undefined)}>
              <strong>{kind.title}</strong>
              <span class="muted">{kind.about}</span>
            </button>
          </li>
        ))}
      </ul>
      <h2>Keys</h2>
      <dl class="keys">
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
