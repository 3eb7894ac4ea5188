// One line of a conversation.
import { formatTime } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import type { Line } from '../chat/conversation.ts';
import { nickColour } from '../text/nick-colour.ts';
import { RichText } from '../text/rich-text.tsx';

/** The time, who, and what. */
export function MessageLine({ line }: { readonly line: Line }) {
  const { kind, from, text, time, isMention, isSelf } = line;
  const whole = formatTime(time);
  const names = [`irc-${kind}`, isMention && 'irc-mention', isSelf && 'irc-self'];
  return (
    <div class={`irc-line ${names.filter(Boolean).join(' ')}`}>
      <time class="muted" dateTime={new Date(time).toISOString()} title={whole}>
        {whole.slice(11, 16)}
      </time>{' '}
      {from !== '' && (
        <>
          {kind === 'action' && '* '}
          <bdi class="irc-nick" style={{ color: nickColour(from) }}>
            {visibleText(from)}
          </bdi>
          {kind === 'notice' && <span class="badge">notice</span>}{' '}
        </>
      )}
      <span class="irc-text">
        <RichText text={text} />
      </span>
    </div>
  );
}
