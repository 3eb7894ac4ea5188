// Asks before something that cannot be undone.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Button } from '../controls/button.tsx';
import { Modal } from './modal.tsx';

interface Question {
  /** `Delete key session:7?` */
  readonly title: string;
  /** What will happen. */
  readonly body: ComponentChildren;
  /** Of the button: a verb. */
  readonly verb: string;
  readonly isDanger?: boolean;
}

const asked = signal<(Question & { readonly answer: (isYes: boolean) => void }) | undefined>(undefined);

/** Asks, and waits for the answer. A further question takes the place of one without an answer, which is then a no. */
export function confirm(question: Question): Promise<boolean> {
  asked.peek()?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (isYes) => {
        asked.value = undefined;
        resolve(isYes);
      },
    };
  });
}

/** Where questions are asked; stands once in the page. */
export function Confirmations() {
  const question = asked.value;
  if (question === undefined) return null;
  return (
    <Modal title={question.title} onClose={() => question.answer(false)}>
      <div class="question">{question.body}</div>
      <div class="row end">
        <Button onClick={() => question.answer(false)}>Cancel</Button>
        <Button kind={question.isDanger ? 'danger' : 'primary'} onClick={() => question.answer(true)}>
          {question.verb}
        </Button>
      </div>
    </Modal>
  );
}
