// All that INFO says, by its sections.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { draft } from '../../../app/tabs/tab.ts';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import type { RedisModel } from '../model.ts';
import { textIn } from '../wire/reply.ts';
import { visible } from '../wire/show.ts';
import { type InfoSection, readInfo } from './info.ts';

/** The sections, and a field that finds a name among them. */
export function InfoView({ model }: { readonly model: RedisModel }) {
  const work = useWork();
  const sections = useSignal<readonly InfoSection[]>([]);
  const wanted = draft(model.tab, 'info-find', '');
  const load = () => {
    void work.run(async (signal) => {
      sections.value = readInfo(textIn(await model.redis.run(['INFO'], { signal })));
    });
  };
  useEffect(load, []);
  const fits = (name: string) => name.includes(wanted.value.trim().toLowerCase());
  return (
    <div class="stack">
      <div class="row bottom">
        <TextField class="grow" label="Find a field" value={wanted} type="search" />
        <Button onClick={load} isBusy={work.state.value === 'running'}>
          Load again
        </Button>
      </div>
      <ProblemView error={work.error.value} onRetry={load} />
      <div class="redis-info">
        {sections.value.map(({ title, fields }) => {
          const found = fields.filter(([name]) => fits(name));
          if (found.length === 0) return null;
          return (
            <section key={title}>
              <h3>{visible(title)}</h3>
              <dl>
                {found.map(([name, value]) => (
                  <div key={name}>
                    <dt class="mono">{visible(name)}</dt>
                    <dd class="mono">{visible(value)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </div>
  );
}
