// A stranger's HTML, shown in a frame without script, network, forms and origin; its links stand beside it with their real addresses.
import { useMemo } from 'preact/hooks';
import { plural } from '../../browser/format.ts';
import { type HtmlLink, passiveHtml } from './passive-html.ts';

interface HtmlFrameProps {
  readonly html: string;
  /** Of the frame, for those who hear: `Message as HTML`. */
  readonly label: string;
}

/** The frame, what was held back, and the links. */
export function HtmlFrame({ html, label }: HtmlFrameProps) {
  const passive = useMemo(() => passiveHtml(html), [html]);
  if (passive === undefined)
    return (
      <p class="notice">
        This HTML is built so that a browser would stand still over it: it is not shown. It can be saved.
      </p>
    );
  const { document, blocked, links } = passive;
  return (
    <>
      {blocked > 0 && (
        <p class="notice">
          {plural(blocked, 'remote image or style', 'remote images and styles')} blocked: to load them would
          tell the sender that and where this is read.
        </p>
      )}
      <iframe class="html-frame" sandbox="" srcdoc={document} title={label} referrerpolicy="no-referrer" />
      {links.length > 0 && <Links links={links} />}
    </>
  );
}

function Links({ links }: { readonly links: readonly HtmlLink[] }) {
  return (
    <details>
      <summary>{plural(links.length, 'link')} in it</summary>
      <ul class="html-links">
        {links.map(({ text, url }) => (
          <li key={url}>
            {text !== url && <bdi>{text}: </bdi>}
            <a href={url} rel="noreferrer noopener" target="_blank">
              {url}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
