// One stage: its editor, what can be done with it, and what comes out behind it.

import { json } from '@codemirror/lang-json';
import { linter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { formatMs, plural } from '../../../browser/format.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Editor } from '../../../ui/editor/editor.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { DocumentList } from '../documents/document-list.tsx';
import { faultPlace } from '../ejson/fault-place.ts';
import type { PipelineState, StageResult } from './pipeline-state.ts';
import { readStage, SHOWN_DOCUMENTS, type Stage, withChanged, withMoved } from './stages.ts';

const LINT_DELAY_MS = 250;

const EXTENSIONS: readonly Extension[] = [
  json(),
  linter(
    (view) => {
      const read = readStage({ text: view.state.doc.toString() });
      return 'fault' in read ? [{ ...read.fault, severity: 'error' as const }] : [];
    },
    { delay: LINT_DELAY_MS },
  ),
];

interface StageCardProps {
  readonly state: PipelineState;
  readonly stage: Stage;
  /** From 1. */
  readonly number: number;
}

/** The stage. */
export function StageCard({ state, stage, number }: StageCardProps) {
  const { id, isOn, text } = stage;
  const read = readStage(stage);
  const change = (part: Partial<Omit<Stage, 'id'>>) => {
    state.stages.value = withChanged(state.stages.peek(), id, part);
  };
  const result = state.results.value.get(id);
  return (
    <li class={`card stack mongodb-stage ${isOn ? '' : 'off'}`}>
      <div class="row">
        <h3 class="grow">
          Stage {number} <code>{'value' in read ? Object.keys(read.value)[0] : ''}</code>
        </h3>
        <StageButtons state={state} stage={stage} number={number} />
      </div>
      <div class="mongodb-field stage">
        <StageEditor
          text={text}
          number={number}
          onText={(next) => change({ text: next })}
          onRun={() => void state.runTo(id)}
        />
        {'fault' in read && (
          <p class="hint error" role="status">
            {faultPlace(text, read.fault)}
          </p>
        )}
      </div>
      {result !== undefined && isOn && <ResultView state={state} id={id} result={result} number={number} />}
    </li>
  );
}

interface StageEditorProps {
  readonly text: string;
  readonly number: number;
  readonly onText: (text: string) => void;
  readonly onRun: () => void;
}

/** The editor works on a signal of its own; the list of stages follows it. */
function StageEditor({ text, number, onText, onRun }: StageEditorProps) {
  const value = useMemo(() => signal(text), []);
  useEffect(() => value.subscribe((next) => next !== text && onText(next)), [value, text, onText]);
  return <Editor label={`Stage ${number}`} value={value} extensions={EXTENSIONS} onRun={onRun} />;
}

function StageButtons({ state, stage: { id, isOn }, number }: StageCardProps) {
  const move = (by: 1 | -1) => {
    state.stages.value = withMoved(state.stages.peek(), id, by);
  };
  return (
    <div class="row">
      <Button
        kind="quiet"
        label={`Run to here: stage ${number}`}
        isDisabled={!isOn}
        onClick={() => void state.runTo(id)}
      >
        Run to here
      </Button>
      <Button
        kind="quiet"
        label={`Stage ${number} is on`}
        isPressed={isOn}
        onClick={() => {
          state.stages.value = withChanged(state.stages.peek(), id, { isOn: !isOn });
        }}
      >
        On
      </Button>
      <Button
        kind="quiet"
        label={`Move stage ${number} up`}
        isDisabled={number === 1}
        onClick={() => move(-1)}
      >
        ↑
      </Button>
      <Button
        kind="quiet"
        label={`Move stage ${number} down`}
        isDisabled={number === state.stages.value.length}
        onClick={() => move(1)}
      >
        ↓
      </Button>
      <Button
        kind="quiet"
        label={`Remove stage ${number}`}
        onClick={() => {
          state.stages.value = state.stages.peek().filter((each) => each.id !== id);
        }}
      >
        ×
      </Button>
    </div>
  );
}

interface ResultViewProps {
  readonly state: PipelineState;
  readonly id: number;
  readonly result: StageResult;
  readonly number: number;
}

function ResultView({ state, id, result, number }: ResultViewProps) {
  if ('error' in result) return <ProblemView error={result.error} onRetry={() => void state.runTo(id)} />;
  const { documents, ms } = result;
  const isMost = documents.length === SHOWN_DOCUMENTS;
  return (
    <div class="stack mongodb-outcome">
      <p class="row">
        <strong role="status">
          {isMost ? `The first ${SHOWN_DOCUMENTS} documents` : plural(documents.length, 'document')} after
          stage {number}
        </strong>
        <span class="muted">in {formatMs(Math.round(ms))}</span>
        {!state.isFresh(id, result) && <span class="badge warn">The stages have changed since</span>}
      </p>
      <div class="mongodb-outcome-documents">
        <DocumentList
          documents={documents}
          view={state.view.value}
          label={`Documents after stage ${number}`}
        />
      </div>
    </div>
  );
}
