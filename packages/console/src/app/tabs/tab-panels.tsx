// The open pages: each stays alive behind the one that is looked at, so that what runs there goes on.
import { useMemo } from 'preact/hooks';
import { pageKind } from '../../pages/kinds.ts';
import type { Access } from '../../session/access.ts';
import { Caller } from '../../session/calls/caller.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Calls } from '../calls/calls.tsx';
import { Welcome } from '../frame/welcome.tsx';
import { LoadedPage } from './loaded-page.tsx';
import type { Tab } from './tab.ts';
import { currentTab, tabs } from './tabs.ts';

/** All open pages, of which one is seen. */
export function TabPanels({ access }: { readonly access: Access }) {
  if (currentTab.value === undefined) return <Welcome access={access} />;
  return (
    <>
      {tabs.value.map((tab) => (
        <TabPanel key={tab.id} tab={tab} access={access} />
      ))}
    </>
  );
}

function TabPanel({ tab, access }: { readonly tab: Tab; readonly access: Access }) {
  const caller = useMemo(() => new Caller(tab.connection), [tab]);
  const connection = access.connections.find(({ name }) => name === tab.connection);
  const kind = pageKind(tab.kind);
  // A tab may be another token's, or of settings that have changed since.
  const isOpen = kind?.accepts(access, connection) ?? false;
  return (
    <div
      role="tabpanel"
      id={`panel-${tab.id}`}
      class="panel"
      aria-labelledby={`tab-${tab.id}`}
      hidden={currentTab.value?.id !== tab.id}
    >
      <div class="page">
        {kind !== undefined && isOpen ? (
          <LoadedPage kind={kind} tab={tab} access={access} connection={connection} caller={caller} />
        ) : (
          <Empty title="This token may not look at it">
            {tab.connection === undefined
              ? 'The token has no scope for it.'
              : `The connection ${tab.connection} is gone from the gateway’s settings, or the token has no scope for it.`}
          </Empty>
        )}
      </div>
      <Calls caller={caller} />
    </div>
  );
}
