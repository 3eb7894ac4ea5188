// Why a folder cannot be listed.
import { isFairleadProblem } from '@fairlead/sdk';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import type { FileStore } from '../store/contract.ts';

interface FolderProblemProps {
  readonly error: unknown;
  readonly protocol: FileStore['protocol'];
  readonly onRetry: () => void;
}

/** The failure, and what helps where a name cannot be read. */
export function FolderProblem({ error, protocol, onRetry }: FolderProblemProps) {
  const isNames = protocol === 'SFTP' && isFairleadProblem(error) && error.code === 'usage';
  return (
    <div class="fill">
      <ProblemView error={error} onRetry={onRetry} />
      {isNames && (
        <p class="notice">
          Where names at the server are not UTF-8, the connection’s setting <code>"names": "latin1"</code>{' '}
          lets every name be used: ask whoever runs the gateway.
        </p>
      )}
    </div>
  );
}
