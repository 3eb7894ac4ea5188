// A failure of the account's requests. One that all else hangs on has words of its own: the mailbox was made anew.
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { isMadeAnew } from './account.ts';

interface AccountProblemProps {
  readonly error: unknown;
  /** Reads the mailbox anew. */
  readonly onReload: () => void;
  /** Does the same again. */
  readonly onRetry?: () => void;
}

/** The failure, with a way out. */
export function AccountProblem({ error, onReload, onRetry }: AccountProblemProps) {
  if (!isMadeAnew(error)) return <ProblemView error={error} {...(onRetry && { onRetry })} />;
  return (
    <div class="notice" role="alert">
      <p>
        <strong>The server has made this mailbox anew.</strong> Its messages have other numbers now, and what
        was asked for was not done: it might have met another message.
      </p>
      <p>
        <Button onClick={onReload}>Load the mailbox anew</Button>
      </p>
    </div>
  );
}
