// Bookmarks, kept in this browser.
import { keptSignal } from '../../../browser/storage.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { isStep, type Step } from './trail.ts';

interface Bookmark extends Step {
  /** Of paths; undefined for whole addresses. */
  readonly connection?: string | undefined;
}

const MAX_BOOKMARKS = 500;

const isBookmarks = (value: unknown): value is readonly Bookmark[] =>
  Array.isArray(value) && value.every(isStep);
const bookmarks = keptSignal<readonly Bookmark[]>('gopher.bookmarks', [], 'browser', isBookmarks);

const sameAs = (step: Step, connection: string | undefined) => (one: Bookmark) =>
  one.place === step.place && one.connection === connectionOf(step, connection);

const connectionOf = ({ place }: Step, connection: string | undefined) =>
  place.startsWith('/') || place === '' ? connection : undefined;

interface BookmarkProps {
  readonly connection: string | undefined;
  readonly step: Step;
}

/** Keeps the place that is looked at, or forgets it. */
export function BookmarkButton({ step, connection }: BookmarkProps) {
  const isKept = bookmarks.value.some(sameAs(step, connection));
  const toggle = () => {
    const others = bookmarks.peek().filter((one) => !sameAs(step, connection)(one));
    const own = { ...step, connection: connectionOf(step, connection) };
    bookmarks.value = isKept ? others : [...others, own].slice(-MAX_BOOKMARKS);
  };
  return (
    <Button
      kind="quiet"
      label={isKept ? 'Remove the bookmark' : 'Bookmark this place'}
      isPressed={isKept}
      onClick={toggle}
    >
      {isKept ? '★' : '☆'}
    </Button>
  );
}

interface BookmarksProps {
  readonly connection: string | undefined;
  /** Whether whole addresses can be opened. */
  readonly mayDial: boolean;
  readonly onOpen: (step: Step) => void;
}

/** The bookmarks that this tab can open. */
export function Bookmarks({ connection, mayDial, onOpen }: BookmarksProps) {
  const own = bookmarks.value.filter((one) =>
    one.connection === undefined && /^gopher/i.test(one.place) ? mayDial : one.connection === connection,
  );
  if (own.length === 0) return null;
  return (
    <details class="gopher-bookmarks">
      <summary>Bookmarks ({own.length})</summary>
      <ul class="row">
        {own.map(({ place, title }) => (
          <li key={place}>
            <button type="button" class="chip" title={place} onClick={() => onOpen({ place, title })}>
              <bdi>{title === '' ? place : title}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
