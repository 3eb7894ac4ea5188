// The conversations, with what is unread in them, and a field to open another one.
import { plural } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { SERVER } from '../chat/chat.ts';
import type { Conversation } from '../chat/conversation.ts';
import { isChannel } from '../chat/names.ts';
import { run } from '../commands/run.ts';
import type { IrcState } from '../state.ts';

/** The list. */
export function ConversationList({ state }: { readonly state: IrcState }) {
  const { session, opening } = state;
  const { chat } = session;
  session.drawn.value;
  const open = () => {
    const name = opening.peek().trim();
    if (name === '') return;
    opening.value = '';
    void run(session, isChannel(name) ? { do: 'join', channel: name, key: '' } : { do: 'open', name });
  };
  return (
    <nav class="irc-places" aria-label="Conversations">
      <ul>
        {[...chat.conversations].map(([key, conversation]) => (
          <Place
            key={key}
            conversation={conversation}
            isCurrent={conversation === chat.looked}
            onShow={() => {
              chat.show(key === SERVER ? SERVER : conversation.name);
              session.redraw();
            }}
          />
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          open();
        }}
      >
        <TextField label="Channel or nick" value={opening} placeholder="#harbour" />
        <Button type="submit">Open</Button>
      </form>
    </nav>
  );
}

interface PlaceProps {
  readonly conversation: Conversation;
  readonly isCurrent: boolean;
  readonly onShow: () => void;
}

function Place({ conversation, isCurrent, onShow }: PlaceProps) {
  const { name, unread, mentions, isJoined } = conversation;
  return (
    <li>
      <button
        type="button"
        class={`irc-place ${isJoined ? '' : 'irc-left'}`}
        aria-current={isCurrent ? 'true' : undefined}
        onClick={onShow}
      >
        <bdi class="irc-place-name">{visibleText(name)}</bdi>
        {unread > 0 && (
          <span class={`irc-unread ${mentions > 0 ? 'irc-mentions' : ''}`}>
            {unread}
            <span class="visually-hidden">
              {' '}
              unread{mentions > 0 && `, ${plural(mentions, 'time')} for you`}
            </span>
          </span>
        )}
      </button>
    </li>
  );
}
