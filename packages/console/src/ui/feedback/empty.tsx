// Nothing to show, and why.
import type { ComponentChildren } from 'preact';

/** Says that there is nothing, why, and what to do. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children !== undefined && <p class="muted">{children}</p>}
    </div>
  );
}
