// Copies a text.
import { copyText } from '../../browser/files.ts';
import { announce } from '../feedback/announce.tsx';
import { Button } from './button.tsx';

/** Copies `text`. @param what Said when it is done: `curl`, `key`. */
export function CopyButton({
  text,
  what,
}: {
  readonly text: string | (() => string);
  readonly what: string;
}) {
  const copy = async () => {
    const done = await copyText(typeof text === 'string' ? text : text());
    announce(
      done ? `Copied: ${what}` : 'The browser did not allow it. Select the text and copy it by the keyboard.',
    );
  };
  return (
    <Button kind="quiet" onClick={() => void copy()} title={`Copy: ${what}`}>
      Copy<span class="visually-hidden"> {what}</span>
    </Button>
  );
}
