// The chat: conversations, what is said in the one that is looked at, who is there, and the line to write.
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { run } from '../commands/run.ts';
import type { IrcState } from '../state.ts';
import { RichText } from '../text/rich-text.tsx';
import { Compose } from './compose.tsx';
import { ConversationList } from './conversation-list.tsx';
import { Members } from './members.tsx';
import { Messages } from './messages.tsx';

/** The parts of the chat. */
export function ChatView({ state }: { readonly state: IrcState }) {
  const { session } = state;
  session.drawn.value;
  const place = session.chat.looked;
  return (
    <div class={`irc-chat ${place.kind === 'channel' ? 'irc-with-members' : ''}`}>
      <ConversationList state={state} />
      <section class="irc-talk" aria-label={visibleText(place.name)}>
        <Head state={state} />
        <Messages key={place.name} session={session} conversation={place} />
        <Compose key={`to ${place.name}`} state={state} />
      </section>
      {place.kind === 'channel' && <Members session={session} conversation={place} />}
    </div>
  );
}

function Head({ state }: { readonly state: IrcState }) {
  const { session } = state;
  session.drawn.value;
  const { looked: place, network, nick } = session.chat;
  const leave = () => {
    if (place.kind === 'channel' && place.isJoined)
      void run(session, { do: 'part', channel: place.name, reason: '' });
    else {
      session.chat.close(place.name);
      session.redraw();
    }
  };
  const isLive = session.state.value === 'live';
  return (
    <header class="irc-head">
      <h2>
        <bdi>{visibleText(place.kind === 'server' ? network : place.name)}</bdi>
      </h2>
      <p class="irc-topic muted">
        {place.kind === 'server' && (isLive ? `You are ${visibleText(nick)}` : 'Not connected')}
        {place.topic !== '' && <RichText text={place.topic} />}
        {place.kind === 'channel' && !place.isJoined && ' You are not in this channel.'}
      </p>
      {place.kind !== 'server' && (
        <Button kind="quiet" onClick={leave}>
          {place.kind === 'channel' && place.isJoined ? 'Leave' : 'Close'}
        </Button>
      )}
      {session.state.value !== 'off' && (
        <Button kind="quiet" onClick={() => session.stop()}>
          Disconnect
        </Button>
      )}
    </header>
  );
}
