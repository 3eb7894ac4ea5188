// Buttons.
import type { ComponentChildren } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  /** `primary`: the page's one. `danger`: what cannot be undone. `quiet`: without a border. Default `plain`. */
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  readonly type?: 'button' | 'submit';
  readonly onClick?: (event: MouseEvent) => void;
  readonly isDisabled?: boolean;
  /** Shows that it works, and takes no further click. */
  readonly isBusy?: boolean;
  /** For those who do not see the sign that is its content. */
  readonly label?: string;
  readonly title?: string;
  readonly class?: string;
  /** Of a button that stays pressed. */
  readonly isPressed?: boolean;
}

/** A button. */
export function Button({
  kind = 'plain',
  type = 'button',
  isBusy,
  isDisabled,
  label,
  isPressed,
  ...props
}: ButtonProps) {
  return (
    <button
      type={type}
      class={`button ${kind} ${props.class ?? ''}`}
      disabled={isDisabled || isBusy}
      aria-busy={isBusy}
      aria-label={label}
      aria-pressed={isPressed}
      title={props.title ?? label}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
