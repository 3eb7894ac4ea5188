// Kinds that the page does not know: what the server itself says of them.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useWork } from '../../../browser/hooks.ts';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { printReply } from '../line/print.ts';
import type { Command } from '../wire/argument.ts';
import type { Reply } from '../wire/reply.ts';
import { show } from '../wire/show.ts';
import type { KeyProps } from './key-props.ts';

const QUESTIONS: Readonly<Record<string, readonly (readonly [string, ...string[]])[]>> = {
  vectorset: [['VINFO'], ['VRANDMEMBER', '20']],
};
const ANY = [['OBJECT ENCODING'], ['DUMP']] as const;

/** The replies, as the command line shows them. */
export function RawValue({ model, name, type }: KeyProps & { readonly type: string }) {
  const work = useWork();
  const replies = useSignal<readonly (readonly [Command, Reply])[]>([]);
  const load = () => {
    void work.run(async (signal) => {
      const commands = (QUESTIONS[type] ?? ANY).map(
        ([verb, ...more]): Command => [...verb.split(' '), name, ...more],
      );
      const answers = await model.redis.askAll(commands, { signal });
      replies.value = commands.map((command, i) => [command, answers[i] ?? { type: 'nil' }]);
    });
  };
  useEffect(load, []);
  return (
    <div class="stack scroll">
      <p class="notice">The page has no view of its own for this kind. This is what the server says of it.</p>
      {work.state.value === 'running' && <Progress label="Loading" onStop={() => work.stop()} />}
      <ProblemView error={work.error.value} onRetry={load} />
      {replies.value.map(([command, reply]) => {
        const title = command.map((part) => show(part, 60)).join(' ');
        return (
          <section key={title} class="stack">
            <h3 class="mono">{title}</h3>
            <pre class="redis-text" tabIndex={0}>
              {printReply(reply)}
            </pre>
          </section>
        );
      })}
    </div>
  );
}
