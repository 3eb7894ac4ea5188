// The line that is typed: completion of names, history, and a question before what is dangerous.
import { type Signal, useSignal } from '@preact/signals';
import { useId, useMemo } from 'preact/hooks';
import { draft } from '../../../../app/tabs/tab.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { confirm } from '../../../../ui/dialog/confirm.tsx';
import type { RedisModel } from '../../model.ts';
import { dangerOf } from '../caution.ts';
import { commandOf, offersFor } from '../completion.ts';
import { ADMIN_COMMANDS, KNOWN_COMMANDS, type KnownCommand } from '../known-commands.ts';
import { splitLine } from '../split.ts';
import { LineHistory } from './line-history.ts';

const byName = (a: KnownCommand, b: KnownCommand): number => (a.name < b.name ? -1 : 1);

/** The prompt. */
export function Prompt({ model }: { readonly model: RedisModel }) {
  const line = draft(model.tab, 'line', '');
  const history = useMemo(() => new LineHistory(draft<readonly string[]>(model.tab, 'lines', [])), []);
  const isOffering = useSignal(false);
  const commands = useMemo(
    () => (model.isAdmin ? [...KNOWN_COMMANDS, ...ADMIN_COMMANDS] : [...KNOWN_COMMANDS]).sort(byName),
    [],
  );
  const offers = isOffering.value ? offersFor(line.value, commands) : [];
  const run = async () => {
    const text = line.peek().trim();
    if (text === '') return;
    if (!(await isSure(text))) return;
    history.add(text);
    line.value = '';
    isOffering.value = false;
    await model.transcript.run(text);
  };
  const choose = ({ name }: KnownCommand) => {
    line.value = `${name} `;
    isOffering.value = false;
  };
  return (
    <form
      class="redis-prompt"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <PromptInput line={line} offers={offers} isOffering={isOffering} history={history} choose={choose} />
      <Button type="submit" kind="primary">
        Run
      </Button>
      <Hint command={commandOf(line.value, commands)} />
    </form>
  );
}

interface PromptInputProps {
  readonly line: Signal<string>;
  readonly offers: readonly KnownCommand[];
  readonly isOffering: Signal<boolean>;
  readonly history: LineHistory;
  readonly choose: (command: KnownCommand) => void;
}

function PromptInput({ line, offers, isOffering, history, choose }: PromptInputProps) {
  const id = useId();
  const at = useSignal(0);
  const current = offers[Math.min(at.value, offers.length - 1)];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') isOffering.value = false;
    else if (event.key === 'Tab' && !event.shiftKey && current !== undefined) choose(current);
    else if (step !== undefined && offers.length > 0)
      at.value = (at.value + step + offers.length) % offers.length;
    else if (step !== undefined) {
      isOffering.value = false;
      line.value = step < 0 ? history.before(line.peek()) : history.after();
    } else return;
    event.preventDefault();
  };
  return (
    <div class="redis-typed">
      <Offers id={id} offers={offers} current={current} choose={choose} />
      <input
        type="text"
        class="mono"
        role="combobox"
        aria-label="Command"
        aria-expanded={offers.length > 0}
        aria-controls={offers.length > 0 ? `${id}-offers` : undefined}
        aria-activedescendant={current === undefined ? undefined : `${id}-${current.name}`}
        aria-autocomplete="list"
        placeholder="GET greeting"
        autocomplete="off"
        spellcheck={false}
        value={line}
        onInput={(event) => {
          line.value = event.currentTarget.value;
          isOffering.value = true;
          at.value = 0;
        }}
        onBlur={() => {
          isOffering.value = false;
        }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

interface OffersProps extends Pick<PromptInputProps, 'offers' | 'choose'> {
  readonly id: string;
  readonly current: KnownCommand | undefined;
}

/** The names that would complete the line. */
function Offers({ id, offers, current, choose }: OffersProps) {
  if (offers.length === 0) return null;
  return (
    <div role="listbox" id={`${id}-offers`} class="redis-offers" aria-label="Commands">
      {offers.map((offer) => (
        <div
          key={offer.name}
          id={`${id}-${offer.name}`}
          role="option"
          tabIndex={-1}
          aria-selected={offer === current}
          onMouseDown={(event) => {
            event.preventDefault();
            choose(offer);
          }}
        >
          <strong class="mono">{offer.name}</strong> <span class="mono">{offer.syntax}</span>
        </div>
      ))}
    </div>
  );
}

function Hint({ command }: { readonly command: KnownCommand | undefined }) {
  return (
    <p class="hint muted mono redis-hint">
      {command === undefined
        ? 'Tab takes the marked name, the arrow keys mark another one'
        : `${command.name} ${command.syntax}`}
    </p>
  );
}

/** Asks before what is dangerous. A line that cannot be read is sent on: its answer says what is wrong. */
async function isSure(text: string): Promise<boolean> {
  let danger: string | undefined;
  try {
    danger = dangerOf(splitLine(text));
  } catch {
    return true;
  }
  if (danger === undefined) return true;
  return confirm({ title: `Run ${text.slice(0, 60)}?`, body: danger, verb: 'Run it', isDanger: true });
}
