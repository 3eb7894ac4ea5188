// The part for the server: how it fares, its slow commands, its clients.
import { draft } from '../../../app/tabs/tab.ts';
import { Empty } from '../../../ui/feedback/empty.tsx';
import type { RedisModel } from '../model.ts';
import { Forms } from '../values/bytes/forms.tsx';
import { Clients } from './clients.tsx';
import { InfoView } from './info-view.tsx';
import { Overview } from './overview.tsx';
import { SlowLog } from './slow-log.tsx';

const VIEWS = [
  ['overview', 'Overview'],
  ['slow', 'Slow commands'],
  ['clients', 'Clients'],
  ['info', 'INFO'],
] as const;

type View = (typeof VIEWS)[number][0];

/** The part. */
export function Server({ model }: { readonly model: RedisModel }) {
  const view = draft<View>(model.tab, 'server-view', 'overview');
  if (!model.isAdmin)
    return (
      <Empty title="This token may not look at the server">
        INFO, SLOWLOG and CLIENT LIST need the scope redis:admin:{model.connection}. Ask whoever runs the
        gateway for a token that has it.
      </Empty>
    );
  return (
    <div class="fill">
      <Forms
        label="Show of the server"
        options={VIEWS}
        value={view.value}
        onChange={(next) => {
          view.value = next;
        }}
      />
      <div
        class="redis-server"
        tabIndex={0}
        role="region"
        aria-label={VIEWS.find(([id]) => id === view.value)?.[1] ?? ''}
      >
        {view.value === 'overview' && <Overview model={model} />}
        {view.value === 'slow' && <SlowLog model={model} />}
        {view.value === 'clients' && <Clients model={model} />}
        {view.value === 'info' && <InfoView model={model} />}
      </div>
    </div>
  );
}
