// Short words on what was done, seen for a moment and read out.
import { signal } from '@preact/signals';

const SHOWN_MS = 4_000;

const words = signal<{ readonly id: number; readonly text: string } | undefined>(undefined);

let ids = 0;

/** Says for a moment what was done. For what failed, use `ProblemView` where it happened. */
export function announce(text: string): void {
  ids += 1;
  const id = ids;
  words.value = { id, text };
  setTimeout(() => {
    if (words.peek()?.id === id) words.value = undefined;
  }, SHOWN_MS);
}

/** Where the words are seen; stands once in the page. */
export function Announcements() {
  return (
    <div class="announcements" role="status" aria-live="polite">
      {words.value !== undefined && <p key={words.value.id}>{words.value.text}</p>}
    </div>
  );
}
