// The part for keys: what is there on the left, what is looked at on the right.

import { draft } from '../../../app/tabs/tab.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Split } from '../../../ui/layout/split.tsx';
import type { RedisModel } from '../model.ts';
import { KeyPanel } from '../values/key-panel.tsx';
import { KeyList } from './list/key-list.tsx';
import { KeySearch } from './list/key-search.tsx';
import { NewKey } from './list/new-key.tsx';

/** The part. On a narrow screen one of the two is seen at a time. */
export function Keys({ model }: { readonly model: RedisModel }) {
  const isLooking = model.selected.value !== '' || (model.isMaking.value && model.canWrite);
  return (
    <div class={`redis-split ${isLooking ? 'looking' : ''}`}>
      <Split
        direction="columns"
        label="Size of the key list"
        share={draft(model.tab, 'share', 36)}
        first={
          <div class="fill">
            <KeySearch model={model} />
            <KeyList model={model} />
          </div>
        }
        second={
          <>
            {isLooking && <Back model={model} />}
            <Looked model={model} />
          </>
        }
      />
    </div>
  );
}

/** Where only one part has room. */
function Back({ model }: { readonly model: RedisModel }) {
  return (
    <div class="redis-back">
      <Button
        kind="quiet"
        onClick={() => {
          model.isMaking.value = false;
          model.selected.value = '';
        }}
      >
        ← All keys
      </Button>
    </div>
  );
}

function Looked({ model }: { readonly model: RedisModel }) {
  if (model.isMaking.value && model.canWrite) return <NewKey model={model} />;
  const { key } = model;
  if (key === undefined)
    return (
      <Empty title="No key is open">Choose one from the list, or type its whole name as the pattern.</Empty>
    );
  return <KeyPanel key={model.selected.value} model={model} name={key} />;
}
