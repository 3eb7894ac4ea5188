// A dialog over the page: the browser keeps the focus inside, and gives it back.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface ModalProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Escape, and a click beside it. */
  readonly onClose: () => void;
  readonly class?: string;
}

/** A dialog that is open as long as it is drawn. */
export function Modal({ title, children, onClose, ...props }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  /** A text that is selected from inside to beside the dialog is no wish to close it. */
  const isPressedBeside = useRef(false);
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      // The browser gives the focus back of a dialog in the page only, and this one has left it by now.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`modal ${props.class ?? ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        isPressedBeside.current = event.target === dialog.current;
      }}
      onClick={(event) => event.target === dialog.current && isPressedBeside.current && onClose()}
    >
      <div class="modal-body">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
