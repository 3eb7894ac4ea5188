// Looking for documents: the search, its pages, and what can be done with a document.
import { formatMs, plural } from '../../../browser/format.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/text-field.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { DocumentField } from '../ejson/editor.tsx';
import type { EjsonDocument } from '../ejson/reader.ts';
import { lineOf } from '../ejson/types.ts';
import { WriteForm } from '../write/write-form.tsx';
import type { WriteState } from '../write/write-state.ts';
import { DocumentList, ViewChoice } from './document-list.tsx';
import type { FindState } from './find-state.ts';
import { numberFaults, searchOf } from './search.ts';

interface FindProps {
  readonly state: FindState;
  readonly write: WriteState;
}

/** The part of the page. */
export function Find({ state, write }: FindProps) {
  const { mayWrite } = state.desk;
  return (
    <>
      <SearchForm state={state} />
      {mayWrite &&
        (write.target.value === undefined ? <NoForm write={write} /> : <WriteForm state={write} />)}
      {state.work.state.value === 'running' && <Progress label="Looking" onStop={() => state.work.stop()} />}
      {state.work.error.value !== undefined && (
        <ProblemView error={state.work.error.value} onRetry={() => void state.run()} />
      )}
      {state.counting.error.value !== undefined && <ProblemView error={state.counting.error.value} />}
      <Results state={state} write={write} />
    </>
  );
}

function SearchForm({ state }: { readonly state: FindState }) {
  const { fields, work, counting } = state;
  const faults = numberFaults(state.texts());
  const isWrong = searchOf(state.texts()) === undefined;
  const run = () => void state.run();
  return (
    <form
      class="mongodb-search"
      aria-label="Search"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <DocumentField
        label="Filter"
        value={fields.filter}
        size="line"
        placeholder="{ n: { $gt: 5 } }"
        onRun={run}
      />
      <DocumentField
        label="Projection"
        value={fields.projection}
        size="line"
        placeholder="{ item: 1 }"
        onRun={run}
      />
      <DocumentField label="Sort" value={fields.sort} size="line" placeholder="{ n: -1 }" onRun={run} />
      <div class="row bottom mongodb-numbers">
        <TextField label="Limit" value={fields.limit} error={faults.limit} />
        <TextField label="Skip" value={fields.skip} error={faults.skip} />
        <Button type="submit" kind="primary" isDisabled={isWrong} isBusy={work.state.value === 'running'}>
          Find
        </Button>
        <Button
          isDisabled={isWrong}
          isBusy={counting.state.value === 'running'}
          onClick={() => void state.count()}
        >
          Count
        </Button>
        {state.total !== undefined && (
          <span role="status">{plural(state.total, 'document')} fit the filter</span>
        )}
      </div>
    </form>
  );
}

/** What begins a new document, and what became of one that was to be deleted or edited. */
function NoForm({ write }: { readonly write: WriteState }) {
  return (
    <>
      <div class="row">
        <Button onClick={() => write.begin()}>Insert a document</Button>
      </div>
      {write.work.state.value === 'running' && <Progress label="Asking the server" />}
      <ProblemView error={write.work.error.value} />
    </>
  );
}

function Results({ state, write }: FindProps) {
  const found = state.found.value;
  if (found === undefined) {
    const isIdle = state.work.state.value === 'idle';
    return isIdle ? (
      <p class="muted">Find shows the first documents that fit. Ctrl Enter does the same.</p>
    ) : null;
  }
  const { documents, search, hasMore, tookMs } = found;
  const last = search.skip + documents.length;
  const isBusy = state.work.state.value === 'running';
  return (
    <>
      <div class="row">
        <span role="status" class="mongodb-count">
          {documents.length === 0 ? 'No documents' : `Documents ${search.skip + 1} to ${last}`}
          <span class="muted"> in {formatMs(tookMs)}</span>
        </span>
        <ViewChoice view={state.view} name={`${state.desk.tab.id}-find-view`} />
        <Button isDisabled={search.skip === 0 || isBusy} onClick={() => void state.turn(-1)}>
          Previous
        </Button>
        <Button isDisabled={!hasMore || isBusy} onClick={() => void state.turn(1)}>
          Next
        </Button>
      </div>
      <DocumentList
        documents={documents}
        view={state.view.value}
        label="Documents found"
        actions={(document) =>
          state.desk.mayWrite ? <DocumentActions document={document} write={write} /> : null
        }
      />
    </>
  );
}

/** What is known by its `_id` can be changed; a projection may have left that out. */
function DocumentActions({
  document,
  write,
}: {
  readonly document: EjsonDocument;
  readonly write: WriteState;
}) {
  if (!Object.hasOwn(document, '_id')) return null;
  const name = lineOf(document._id);
  return (
    <>
      <Button kind="quiet" label={`Edit ${name}`} onClick={() => void write.edit(document._id)}>
        Edit
      </Button>
      <Button kind="quiet" label={`Delete ${name}`} onClick={() => void write.remove(document._id)}>
        Delete
      </Button>
    </>
  );
}
