// The line to write: Enter sends, the arrows bring back what was sent.
import { useMemo } from 'preact/hooks';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Field } from '../../../ui/controls/field.tsx';
import { parseInput } from '../commands/parse.ts';
import { Recall } from '../commands/recall.ts';
import { run } from '../commands/run.ts';
import type { IrcState } from '../state.ts';

/** The field and its button. */
export function Compose({ state }: { readonly state: IrcState }) {
  const { session } = state;
  session.drawn.value;
  const { kind, name } = session.chat.looked;
  const text = state.input(name);
  const recall = useMemo(() => new Recall(), []);
  const place = kind === 'server' ? '' : name;
  const send = async () => {
    const typed = text.peek();
    if (typed.trim() === '') return;
    recall.keep(typed);
    text.value = '';
    const isDone = await run(session, parseInput(typed, place));
    // What was not taken is there to be tried again.
    if (!isDone && text.peek() === '') text.value = typed;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    text.value = recall.step(event.key === 'ArrowUp' ? 'older' : 'newer', text.peek());
  };
  const label = place === '' ? 'Command' : `Message to ${visibleText(place)}`;
  return (
    <form
      class="irc-compose"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Field label={label}>
        {(id) => (
          <input
            id={id}
            type="text"
            autocomplete="off"
            value={text}
            placeholder={place === '' ? '/join #channel' : 'Text, or /help'}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
            onKeyDown={onKeyDown}
          />
        )}
      </Field>
      <Button kind="primary" type="submit" isDisabled={session.state.value !== 'live'}>
        Send
      </Button>
    </form>
  );
}
