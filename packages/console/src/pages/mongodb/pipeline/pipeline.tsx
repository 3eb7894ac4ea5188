// A pipeline, stage by stage, with what comes out behind each.
import { useSignal } from '@preact/signals';
import { Button } from '../../../ui/controls/button.tsx';
import { Select } from '../../../ui/controls/text-field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { ViewChoice } from '../documents/document-list.tsx';
import type { PipelineState } from './pipeline-state.ts';
import { StageCard } from './stage-card.tsx';
import { pipelineOf, TEMPLATES, withStage } from './stages.ts';

/** The part of the page. */
export function Pipeline({ state }: { readonly state: PipelineState }) {
  const stages = state.stages.value;
  const isRunning = state.work.state.value === 'running';
  const isWrong = pipelineOf(stages) === undefined;
  const at = stages.findIndex(({ id }) => id === state.running.value);
  return (
    <>
      <div class="row bottom">
        <AddStage state={state} />
        <span class="grow" />
        <ViewChoice view={state.view} name={`${state.desk.tab.id}-pipeline-view`} />
        <Button
          kind="primary"
          isDisabled={isWrong || !stages.some(({ isOn }) => isOn)}
          isBusy={isRunning}
          onClick={() => void state.runAll()}
        >
          Run all stages
        </Button>
      </div>
      {isRunning && <Progress label={`Running to stage ${at + 1}`} onStop={() => state.work.stop()} />}
      {stages.length === 0 && <Empty title="No stages">Add a stage to begin.</Empty>}
      <ol class="stack mongodb-stages" aria-label="Stages">
        {stages.map((stage, i) => (
          <StageCard key={stage.id} state={state} stage={stage} number={i + 1} />
        ))}
      </ol>
    </>
  );
}

function AddStage({ state }: { readonly state: PipelineState }) {
  const template = useSignal(TEMPLATES[0]?.[1] ?? '');
  return (
    <div class="row bottom">
      <Select label="New stage" value={template} options={TEMPLATES.map(([name, text]) => [text, name])} />
      <Button
        onClick={() => {
          state.stages.value = withStage(state.stages.peek(), template.peek());
        }}
      >
        Add stage
      </Button>
    </div>
  );
}
