// A stranger's text: its styles, its links, its unseen signs written out. Never markup.
import { visibleText } from '../../../browser/visible-text.ts';
import { type Span, spansOf } from './formatting.ts';
import { piecesOf } from './links.ts';

/** The text. */
export function RichText({ text }: { readonly text: string }) {
  return (
    <bdi>
      {spansOf(text).map((span, at) => (
        // The parts of one text never change places.
        <span key={at} class={classOf(span)}>
          {piecesOf(span.text).map(({ text: part, href }) =>
            href === undefined ? (
              visibleText(part)
            ) : (
              <a key={href} href={href} target="_blank" rel="noreferrer noopener">
                {part}
              </a>
            ),
          )}
        </span>
      ))}
    </bdi>
  );
}

function classOf({ isBold, isItalic, isUnderlined, isStruck, isCode }: Span): string {
  const names = [
    isBold && 'irc-bold',
    isItalic && 'irc-italic',
    isUnderlined && 'irc-underlined',
    isStruck && 'irc-struck',
    isCode && 'mono',
  ];
  return names.filter(Boolean).join(' ');
}
