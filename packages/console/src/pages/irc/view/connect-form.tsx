// Before the chat: the nick, and the channels to join at once.
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { isChannel } from '../chat/names.ts';
import type { IrcState } from '../state.ts';

/** The form. */
export function ConnectForm({ state: { session, nick, channels } }: { readonly state: IrcState }) {
  const connect = () => {
    const names = channels.peek().split(/[\s,]+/);
    const wanted = names.filter((name) => name !== '').map((name) => (isChannel(name) ? name : `#${name}`));
    session.start({ nick: nick.peek().trim(), channels: wanted });
  };
  return (
    <form
      class="irc-connect"
      onSubmit={(event) => {
        event.preventDefault();
        connect();
      }}
    >
      <TextField label="Nick" value={nick} hint="Empty: the connection’s own" />
      <TextField label="Channels" value={channels} placeholder="#harbour, #deploys" hint="Joined at once" />
      <Button kind="primary" type="submit">
        Connect
      </Button>
    </form>
  );
}
