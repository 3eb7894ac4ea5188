// Publishes a message.
import { draft } from '../../../../app/tabs/tab.ts';
import { plural } from '../../../../browser/format.ts';
import { useWork } from '../../../../browser/hooks.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { TextField } from '../../../../ui/controls/text-field.tsx';
import { announce } from '../../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import type { RedisModel } from '../../model.ts';
import { numberIn } from '../../wire/reply.ts';

/** The form. */
export function Publish({ model: { redis, tab } }: { readonly model: RedisModel }) {
  const work = useWork();
  const channel = draft(tab, 'publish-channel', '');
  const text = draft(tab, 'publish-text', '');
  const publish = () =>
    work.run(async (signal) => {
      const reply = await redis.run(['PUBLISH', channel.peek(), text.peek()], { signal });
      announce(`Published: ${plural(numberIn(reply), 'client')} heard it`);
    });
  return (
    <form
      class="row bottom"
      onSubmit={(event) => {
        event.preventDefault();
        void publish();
      }}
    >
      <TextField label="Publish to channel" value={channel} isCode isRequired />
      <TextField class="grow" label="Message" value={text} isCode />
      <Button type="submit" isBusy={work.state.value === 'running'}>
        Publish
      </Button>
      <ProblemView error={work.error.value} />
    </form>
  );
}
