// A menu: lines of text, links, and fields for searches. What the server wrote is text, whatever it holds.
import { useSignal } from '@preact/signals';
import { draft, type Tab } from '../../../app/tabs/tab.ts';
import { formatCount } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import type { MenuLine } from '../answer/read-answer.ts';
import { placeOf, type Reach, withSearch } from '../places/place.ts';
import type { Step } from '../places/trail.ts';
import { isFetched, kindWord, outsideUrl } from './item-kinds.ts';

interface MenuProps {
  readonly tab: Tab;
  readonly lines: readonly MenuLine[];
  readonly reach: Reach;
  readonly onOpen: (step: Step) => void;
}

/** So many lines are drawn before the person asks for more. */
const PORTION = 1000;

/** The menu. */
export function Menu({ lines, ...props }: MenuProps) {
  const shown = useSignal(PORTION);
  if (lines.length === 0) return <Empty title="This menu is empty" />;
  return (
    <div class="gopher-menu scroll grow" tabIndex={0} role="region" aria-label="Menu">
      <ul>
        {lines.slice(0, shown.value).map((line, i) => (
          <li key={`${i} ${line.selector}`}>
            <MenuItem line={line} {...props} />
          </li>
        ))}
      </ul>
      {lines.length > shown.value && (
        <Button
          onClick={() => {
            shown.value += 10 * PORTION;
          }}
        >
          Show {formatCount(lines.length - shown.value)} more lines
        </Button>
      )}
    </div>
  );
}

type MenuItemProps = Omit<MenuProps, 'lines'> & { readonly line: MenuLine };

function MenuItem({ line, ...props }: MenuItemProps) {
  const { type, url } = line;
  const display = visibleText(line.display);
  const place = isFetched(type) ? placeOf(line, props.reach) : undefined;
  const outside = outsideUrl(type, url);
  if (type === 'i') return <span class="gopher-words">{display === '' ? '\u00a0' : display}</span>;
  if (type === '7' && place !== undefined) return <Search place={place} line={line} {...props} />;
  return (
    <span class="gopher-item">
      <span class="badge">{kindWord(type)}</span>
      {outside !== undefined ? (
        <a href={outside} rel="noreferrer noopener" target="_blank" title={outside}>
          <bdi>{display}</bdi> <span class="muted">{new URL(outside).host} ↗</span>
        </a>
      ) : place !== undefined ? (
        <button type="button" class="gopher-link" onClick={() => props.onOpen({ place, title: display })}>
          <bdi>{display}</bdi>
        </button>
      ) : (
        <span>
          <bdi>{display}</bdi> <span class="muted">{whyNot(line)}</span>
        </span>
      )}
    </span>
  );
}

/** Why a line is no link. */
function whyNot({ type, url, hostname, port }: MenuLine): string {
  if (type === '3') return '';
  if (url === undefined) return 'leads nowhere';
  if (/^gophers?:/i.test(url) && isFetched(type))
    return `is on ${visibleText(hostname)}:${port ?? 70}, which this token may not reach from here`;
  return `is nothing that this page opens: ${visibleText(url.slice(0, 200))}`;
}

function Search({ place, line, tab, onOpen }: MenuItemProps & { readonly place: string }) {
  const words = draft(tab, `search ${place}`, '');
  return (
    <form
      class="gopher-item"
      onSubmit={(event) => {
        event.preventDefault();
        const asked = words.value.trim();
        if (asked !== '') onOpen({ place: withSearch(place, asked), title: `${line.display}: ${asked}` });
      }}
    >
      <span class="badge">{kindWord('7')}</span>
      <label class="row grow">
        <bdi>{visibleText(line.display)}</bdi>
        <input
          type="search"
          class="grow"
          value={words}
          onInput={(event) => {
            words.value = event.currentTarget.value;
          }}
        />
      </label>
      <Button type="submit">Search</Button>
    </form>
  );
}
