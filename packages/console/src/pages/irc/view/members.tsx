// Who is in a channel: operators first.
import { useSignal } from '@preact/signals';
import { plural } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import type { Conversation, Member } from '../chat/conversation.ts';
import type { IrcSession } from '../session/irc-session.ts';
import { nickColour } from '../text/nick-colour.ts';

/** More are drawn when they are asked for. */
const SHOWN = 200;

/** The modes that stand before a nick, the highest first, and the signs that everybody knows them by. */
const SIGNS: readonly (readonly [mode: string, sign: string, words: string])[] = [
  ['q', '~', 'founder'],
  ['a', '&', 'protected'],
  ['o', '@', 'operator'],
  ['h', '%', 'half operator'],
  ['v', '+', 'may speak'],
];

interface MembersProps {
  readonly session: IrcSession;
  readonly conversation: Conversation;
}

/** The members; a click opens a conversation with one. */
export function Members({ session, conversation }: MembersProps) {
  const shown = useSignal(SHOWN);
  session.drawn.value;
  const members = sorted([...conversation.members.values()]);
  const talk = (nick: string) => {
    session.chat.show(nick);
    session.redraw();
  };
  return (
    <details class="irc-members" open={!matchMedia('(max-width: 800px)').matches}>
      <summary>{plural(members.length, 'member')}</summary>
      <ul aria-label="Members">
        {members.slice(0, shown.value).map((member) => (
          <li key={member.nick}>
            <MemberButton member={member} onTalk={() => talk(member.nick)} />
          </li>
        ))}
      </ul>
      {members.length > shown.value && (
        <button
          type="button"
          class="chip"
          onClick={() => {
            shown.value += 10 * SHOWN;
          }}
        >
          {members.length - shown.value} more
        </button>
      )}
    </details>
  );
}

function MemberButton({ member, onTalk }: { readonly member: Member; readonly onTalk: () => void }) {
  const { nick, modes, isAway } = member;
  const rank = SIGNS.find(([mode]) => modes.includes(mode));
  return (
    <button type="button" class="irc-member" title="Talk in private" onClick={onTalk}>
      <span class="muted mono" aria-hidden="true">
        {rank?.[1] ?? '\u00a0'}
      </span>
      <bdi style={{ color: nickColour(nick) }}>{visibleText(nick)}</bdi>
      {rank !== undefined && <span class="visually-hidden">, {rank[2]}</span>}
      {isAway && <span class="muted"> away</span>}
    </button>
  );
}

/** Made once: a channel of thousands is sorted at each drawing. */
const NICKS = new Intl.Collator();

function sorted(members: Member[]): readonly Member[] {
  const rankOf = ({ modes }: Member) => {
    const at = SIGNS.findIndex(([mode]) => modes.includes(mode));
    return at === -1 ? SIGNS.length : at;
  };
  return members.sort((a, b) => rankOf(a) - rankOf(b) || NICKS.compare(a.nick, b.nick));
}
