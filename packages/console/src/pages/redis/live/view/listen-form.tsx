// Chooses what is listened to.
import { draft } from '../../../../app/tabs/tab.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { Select, TextField } from '../../../../ui/controls/text-field.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import type { RedisModel } from '../../model.ts';
import { visible } from '../../wire/show.ts';
import { type Listening, splitNames } from '../messages.ts';

const KINDS = [
  ['channels', 'Channels'],
  ['patterns', 'Patterns'],
] as const;
const ADMIN_KINDS = [...KINDS, ['monitor', 'All commands (MONITOR)']] as const;

/** The form, and what is listened to. */
export function ListenForm({ model }: { readonly model: RedisModel }) {
  const { live, tab } = model;
  const kind = draft<Listening>(tab, 'listen-kind', 'channels');
  const names = draft(tab, 'listen-names', '');
  const isMonitor = kind.value === 'monitor';
  const found = splitNames(names.value);
  const listen = () => {
    if (!isMonitor && found.length === 0) return;
    live.listen(kind.value, isMonitor ? [] : found);
    if (!isMonitor) names.value = '';
  };
  return (
    <>
      <form
        class="row bottom"
        onSubmit={(event) => {
          event.preventDefault();
          listen();
        }}
      >
        <Select label="Listen to" value={kind} options={model.isAdmin ? ADMIN_KINDS : KINDS} />
        {!isMonitor && (
          <TextField
            class="grow"
            label={kind.value === 'patterns' ? 'Patterns of names' : 'Names of channels'}
            value={names}
            placeholder={kind.value === 'patterns' ? 'news.* orders:?' : 'news orders'}
            isCode
          />
        )}
        <Button type="submit" kind="primary" isDisabled={!isMonitor && found.length === 0}>
          Subscribe
        </Button>
      </form>
      {isMonitor && (
        <p class="notice">
          MONITOR slows the server down, and shows what others write: stop it when you have seen enough.
        </p>
      )}
      <Heard model={model} />
    </>
  );
}

/** A chip for each name; pressing one ends it. */
function Heard({ model: { live } }: { readonly model: RedisModel }) {
  const kinds: readonly Listening[] = ['channels', 'patterns', 'monitor'];
  return (
    <>
      <div class="row" role="group" aria-label="Listening to">
        {kinds.flatMap((kind) => {
          const { work, names, isOpen } = live.streams[kind];
          if (work.state.value !== 'running') return [];
          const shown = kind === 'monitor' ? ['all commands'] : names.value;
          return shown.map((name) => (
            <button
              key={`${kind} ${name}`}
              type="button"
              class="chip"
              aria-label={`Stop listening to ${visible(name)}`}
              onClick={() => live.leave(kind, name)}
            >
              {isOpen.value ? '' : '… '}
              {visible(name)} <span aria-hidden="true">×</span>
            </button>
          ));
        })}
      </div>
      {kinds.map((kind) => (
        <ProblemView
          key={kind}
          error={live.streams[kind].work.error.value}
          onRetry={() => live.listen(kind, [])}
        />
      ))}
    </>
  );
}
