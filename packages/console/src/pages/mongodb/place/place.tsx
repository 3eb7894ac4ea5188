// Which collection is looked at: chosen from the server's, from those of before, or by its name.
import { adminSettings } from '@fairlead/sdk';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useWork } from '../../../browser/hooks.ts';
import { keptSignal } from '../../../browser/storage.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import type { Desk } from '../desk.ts';
import { Catalogue } from './catalogue.tsx';
import { namespaceOf, patternsOf, withRecent } from './namespaces.ts';

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** The left part of the page. */
export function PlaceChoice({ desk }: { readonly desk: Desk }) {
  const { connection, database, collection, isAdmin } = desk;
  const recent = useMemo(
    () => keptSignal<readonly string[]>(`mongodb:${connection.name}:recent`, [], 'browser', isTexts),
    [connection.name],
  );
  const patterns = usePatterns(desk);
  const choose = (toDatabase: string, toCollection: string) => {
    database.value = toDatabase;
    collection.value = toCollection;
    recent.value = withRecent(recent.value, `${toDatabase}.${toCollection}`);
  };
  const mayList = isAdmin && patterns.value?.length === 0;
  return (
    <div class="mongodb-place">
      {mayList && <Catalogue desk={desk} onChoose={choose} />}
      <NameForm desk={desk} recent={recent} onChoose={choose} />
      {patterns.value !== undefined && patterns.value.length > 0 && (
        <Patterns patterns={patterns.value} onChoose={choose} desk={desk} />
      )}
      {!isAdmin && (
        <p class="muted">To list the server’s databases, a token needs mongodb:admin:{connection.name}.</p>
      )}
    </div>
  );
}

/** What the connection's entry limits callers to; undefined until that is known, empty where nothing tells. */
function usePatterns({ access, caller, connection, isAdmin }: Desk): Signal<readonly string[] | undefined> {
  const work = useWork();
  const mayAsk = access.admin.includes('settings');
  const patterns = useSignal<readonly string[] | undefined>(mayAsk ? undefined : []);
  useEffect(() => {
    if (!mayAsk) return;
    void work
      .run(async (signal) => {
        const { connections } = await caller.run('adminSettings', adminSettings, { signal });
        patterns.value = patternsOf(connections, connection.name);
      })
      .then(() => {
        patterns.value ??= [];
      });
  }, [connection.name, isAdmin]);
  return patterns;
}

interface NameFormProps {
  readonly desk: Desk;
  readonly recent: Signal<readonly string[]>;
  readonly onChoose: (database: string, collection: string) => void;
}

/** The names, typed. */
function NameForm({ desk, recent, onChoose }: NameFormProps) {
  const database = useSignal(desk.database.peek());
  const collection = useSignal(desk.collection.peek());
  const [chosenDatabase, chosenCollection] = [desk.database.value, desk.collection.value];
  useEffect(() => {
    database.value = chosenDatabase;
    collection.value = chosenCollection;
  }, [chosenDatabase, chosenCollection]);
  const open = (event: Event) => {
    event.preventDefault();
    if (database.value !== '' && collection.value !== '') onChoose(database.value, collection.value);
  };
  return (
    <form class="stack" onSubmit={open} aria-label="Open a collection">
      <TextField label="Database" value={database} isRequired />
      <TextField label="Collection" value={collection} isRequired />
      <Button type="submit">Open</Button>
      {recent.value.length > 0 && (
        <div class="row" role="group" aria-label="Looked at before">
          {recent.value.map((text) => (
            <NamespaceChip key={text} text={text} onChoose={onChoose} />
          ))}
        </div>
      )}
    </form>
  );
}

function NamespaceChip({ text, onChoose }: { readonly text: string } & Pick<NameFormProps, 'onChoose'>) {
  const namespace = namespaceOf(text);
  if (namespace === undefined) return null;
  return (
    <button
      type="button"
      class="chip mongodb-chip"
      onClick={() => onChoose(namespace.database, namespace.collection)}
    >
      {visibleText(text)}
    </button>
  );
}

interface PatternsProps {
  readonly patterns: readonly string[];
  readonly desk: Desk;
  readonly onChoose: NameFormProps['onChoose'];
}

function Patterns({ patterns, desk, onChoose }: PatternsProps) {
  return (
    <div class="stack" role="group" aria-label="Open to callers">
      <p class="muted">The settings of {desk.connection.name} leave these collections to callers:</p>
      <div class="row">
        {patterns.map((text) =>
          text.endsWith('.*') ? (
            <code key={text}>{text}</code>
          ) : (
            <NamespaceChip key={text} text={text} onChoose={onChoose} />
          ),
        )}
      </div>
    </div>
  );
}
