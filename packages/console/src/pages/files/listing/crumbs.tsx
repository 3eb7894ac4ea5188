// The way from the root to the folder that is looked at.
import { crumbsOf } from '../names/path.ts';
import { ShownName } from '../names/shown-name.tsx';

interface CrumbsProps {
  readonly path: string;
  readonly onGo: (path: string) => void;
}

/** Each folder on the way, to go back to. */
export function Crumbs({ path, onGo }: CrumbsProps) {
  const crumbs = [['Root', '/'] as const, ...crumbsOf(path)];
  return (
    <nav aria-label="Folder" class="files-crumbs">
      <ol class="row">
        {crumbs.map(([name, to], i) => (
          <li key={to}>
            <button
              type="button"
              class="chip"
              aria-current={i === crumbs.length - 1 ? 'location' : undefined}
              onClick={() => onGo(to)}
            >
              <ShownName name={name} />
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
