// The databases and collections of the server, where the token may list them.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useWork } from '../../../browser/hooks.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { command } from '../calls.ts';
import type { Desk } from '../desk.ts';
import { collectionNames, databaseNames } from './namespaces.ts';

/** Collections that a server sends at once; no server has as many. */
const MOST_COLLECTIONS = 10_000;

/** What is open in the list, and what a click does. */
interface CatalogueProps {
  readonly desk: Desk;
  readonly onChoose: (database: string, collection: string) => void;
}

/** The databases, each with its collections once it is opened. */
export function Catalogue({ desk, onChoose }: CatalogueProps) {
  const work = useWork();
  const databases = useSignal<readonly string[] | undefined>(undefined);
  const load = () =>
    work.run(async (signal) => {
      const dataSource = desk.connection.name;
      const text = { listDatabases: 1, nameOnly: true };
      databases.value = databaseNames(
        await command(desk.caller, { dataSource, database: 'admin' }, text, signal),
      );
    });
  useEffect(() => void load(), []);
  return (
    <section class="mongodb-catalogue" aria-label="Databases">
      <div class="row">
        <h2 class="grow">Databases</h2>
        <Button kind="quiet" label="Read the databases again" onClick={() => void load()}>
          ↻
        </Button>
      </div>
      {work.state.value === 'running' && databases.value === undefined && (
        <Progress label="Reading the databases" onStop={() => work.stop()} />
      )}
      {work.error.value !== undefined && <ProblemView error={work.error.value} onRetry={() => void load()} />}
      {databases.value?.length === 0 && (
        <p class="muted">There is no database yet. The first document makes one.</p>
      )}
      <ul>
        {databases.value?.map((name) => (
          <Database key={name} desk={desk} name={name} onChoose={onChoose} />
        ))}
      </ul>
    </section>
  );
}

function Database({ desk, name, onChoose }: CatalogueProps & { readonly name: string }) {
  const work = useWork();
  const collections = useSignal<readonly string[] | undefined>(undefined);
  const isChosen = desk.database.value === name;
  const load = () =>
    work.run(async (signal) => {
      const place = { dataSource: desk.connection.name, database: name };
      const text = { listCollections: 1, nameOnly: true, cursor: { batchSize: MOST_COLLECTIONS } };
      collections.value = collectionNames(await command(desk.caller, place, text, signal));
    });
  return (
    <li>
      <details
        open={isChosen}
        onToggle={(event) => {
          if (event.currentTarget.open && collections.value === undefined) void load();
        }}
      >
        <summary>{visibleText(name)}</summary>
        {work.state.value === 'running' && (
          <Progress label={`Reading ${visibleText(name)}`} onStop={() => work.stop()} />
        )}
        {work.error.value !== undefined && (
          <ProblemView error={work.error.value} onRetry={() => void load()} />
        )}
        {collections.value?.length === 0 && <p class="muted">No collections</p>}
        <ul>
          {collections.value?.map((collection) => (
            <li key={collection}>
              <button
                type="button"
                class="mongodb-collection"
                aria-current={isChosen && desk.collection.value === collection}
                onClick={() => onChoose(name, collection)}
              >
                {visibleText(collection)}
              </button>
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}
