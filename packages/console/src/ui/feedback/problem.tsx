// Shows what went wrong, what the server said, and a way out.
import { visibleText } from '../../browser/visible-text.ts';
import { Button } from '../controls/button.tsx';
import { wordsOf } from './words.ts';

interface ProblemViewProps {
  /** Whatever was thrown; nothing is shown for undefined. */
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** A failure. It is read out when it appears. */
export function ProblemView({ error, onRetry }: ProblemViewProps) {
  if (error === undefined) return null;
  const { title, detail, wayOut, requestId, code, server } = wordsOf(error);
  const said = saidBy(server)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const)
    .filter(([, text]) => !detail.includes(text));
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{title}.</strong> {shown(detail)}
      </p>
      {wayOut !== '' && <p>{wayOut}</p>}
      {said.length > 0 && (
        <dl class="inline">
          {said.map(([name, text]) => (
            <div key={name}>
              <dt>{shown(name)}</dt>
              <dd>{shown(text)}</dd>
            </div>
          ))}
        </dl>
      )}
      <p class="row">
        {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
        {code !== undefined && (
          <a href={`/problems/${encodeURIComponent(code)}`} target="_blank" rel="noreferrer">
            {code}
          </a>
        )}
        {requestId !== undefined && <span class="muted">Request {requestId}</span>}
      </p>
    </div>
  );
}

/** More of a server's words is not read by anyone. */
const MOST_SHOWN = 5_000;

/** A server's words: text, with what is hidden in it to be seen. */
function shown(text: string): string {
  const cut = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return visibleText(cut, true);
}

/** For those who develop the server, or, as `position`, said by marking it in the text that was typed. */
const UNSAID = new Set(['file', 'line', 'position', 'routine', 'severity']);

/** What a server said, its further fields (`detail`, `hint`, ...) beside its code and words. */
function saidBy({
  fields,
  ...server
}: Readonly<Record<string, unknown>> = {}): readonly (readonly [string, unknown])[] {
  const more = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
  return [...Object.entries(server), ...more.filter(([name]) => !UNSAID.has(name))];
}
