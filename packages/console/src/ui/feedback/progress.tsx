// Work that goes on, and can be stopped.
import { Button } from '../controls/button.tsx';

interface ProgressProps {
  /** What is done: `Running`, `Uploading ship.png`. */
  readonly label: string;
  /** From 0 to 1; undefined where nobody knows. */
  readonly value?: number | undefined;
  readonly onStop?: () => void;
}

/** A bar, its words and a way to stop. */
export function Progress({ label, value, onStop }: ProgressProps) {
  return (
    <div class="progress" role="group" aria-label={label}>
      <span role="status">{label}</span>
      <progress value={value} max={1} aria-label={label} />
      {onStop !== undefined && <Button onClick={onStop}>Stop</Button>}
    </div>
  );
}
