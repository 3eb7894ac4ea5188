// The parts of a page, one at a time, chosen by tabs of their own.
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId } from 'preact/hooks';

interface SectionsProps<T extends string> {
  readonly label: string;
  readonly current: Signal<T>;
  /** Each part: its name, its title, and what draws it. */
  readonly sections: readonly (readonly [name: T, title: string, draw: () => ComponentChildren])[];
  /** Whether parts that are not looked at stay alive. Default false. */
  readonly areKept?: boolean;
}

/** The tabs and the part that is looked at. Arrow keys move, as in every list of tabs. */
export function Sections<T extends string>({ label, current, sections, areKept = false }: SectionsProps<T>) {
  const id = useId();
  const at = Math.max(
    0,
    sections.findIndex(([name]) => name === current.value),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step === undefined ? undefined : sections[(at + step + sections.length) % sections.length];
    if (next === undefined) return;
    event.preventDefault();
    current.value = next[0];
    document.getElementById(`${id}-${next[0]}`)?.focus();
  };
  // Of more parts than there is room for, the one that is looked at is seen.
  const shown = sections[at]?.[0] ?? '';
  useEffect(() => {
    document.getElementById(`${id}-${shown}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [id, shown]);
  return (
    <div class="sections">
      <div role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {sections.map(([name, title], i) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={i === at}
            aria-controls={`${id}-panel-${areKept ? name : ''}`}
            tabIndex={i === at ? 0 : -1}
            onClick={() => {
              current.value = name;
            }}
          >
            {title}
          </button>
        ))}
      </div>
      {sections.map(
        ([name, , draw], i) =>
          (areKept || i === at) && (
            <div
              key={areKept ? name : ''}
              role="tabpanel"
              id={`${id}-panel-${areKept ? name : ''}`}
              class="section"
              aria-labelledby={`${id}-${name}`}
              hidden={i !== at}
            >
              {draw()}
            </div>
          ),
      )}
    </div>
  );
}
