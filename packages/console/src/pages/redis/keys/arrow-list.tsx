// A place whose list of buttons is moved in by arrow keys, as in the lists of desktop programs.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface ArrowListProps {
  readonly class: string;
  /** Has a list whose items begin with a button. */
  readonly children: ComponentChildren;
}

/** The place. */
export function ArrowList({ children, ...props }: ArrowListProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    const listen = (event: KeyboardEvent) => element !== null && move(element, event);
    element?.addEventListener('keydown', listen);
    return () => element?.removeEventListener('keydown', listen);
  }, []);
  return (
    <div ref={place} class={props.class}>
      {children}
    </div>
  );
}

/** Moves the focus to the button before or behind the one that has it; from elsewhere to the first. */
function move(list: HTMLElement, event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const buttons = [...list.querySelectorAll<HTMLElement>('[role="listitem"] > button:first-child')];
  const at = buttons.findIndex((button) => button.contains(document.activeElement));
  const next = buttons[at < 0 ? 0 : at + by];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
