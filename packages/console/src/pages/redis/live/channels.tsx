// The part for channels: what is listened to, what came, and a message to send.
import type { RedisModel } from '../model.ts';
import { ListenForm } from './view/listen-form.tsx';
import { MessageList } from './view/message-list.tsx';
import { Publish } from './view/publish.tsx';

/** The part. What is listened to goes on while another part is seen. */
export function Channels({ model }: { readonly model: RedisModel }) {
  return (
    <div class="fill">
      <ListenForm model={model} />
      <MessageList model={model} />
      {model.canWrite && <Publish model={model} />}
    </div>
  );
}
