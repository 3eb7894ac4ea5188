// Publishes a message.
import { mqttPublish } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Check, Select, TextField } from '../../../ui/controls/text-field.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { MqttState } from '../state.ts';
import { PayloadFields } from './payload-fields.tsx';
import { PropertyFields } from './property-fields.tsx';
import { Fault, publicationOf } from './publication.ts';
import type { PublishDraft } from './publish-draft.ts';

const QOS = [
  ['0', '0, waits for nothing'],
  ['1', '1, at least once'],
  ['2', '2, exactly once'],
] as const;

/** MQTT 5 section 3.4.2.1: the broker has the message, and nobody subscribes to its topic. */
const NO_SUBSCRIBERS = 16;

/** The form. */
export function PublishForm({ state: { caller, publication } }: { readonly state: MqttState }) {
  const work = useWork();
  const fault = useSignal<Fault | undefined>(undefined);
  const said = useSignal('');
  const publish = () =>
    work.run(async (signal) => {
      said.value = '';
      const body = await read(publication);
      fault.value = body instanceof Fault ? body : undefined;
      if (body instanceof Fault) return;
      const { reasonCode } = (await caller.run('mqttPublish', mqttPublish, { body, signal })) as Answer;
      said.value = wordsOf(reasonCode, publication.qos.peek());
      announce('Published');
    });
  const faultOf = (field: Fault['field']) => (fault.value?.field === field ? fault.value.message : undefined);
  return (
    <form
      class="mqtt-publish stack"
      onSubmit={(event) => {
        event.preventDefault();
        void publish();
      }}
    >
      <TextField
        label="Topic to publish to"
        value={publication.topic}
        error={faultOf('topic')}
        isCode
        placeholder="harbour/wind"
      />
      <PayloadFields publication={publication} error={faultOf('payload')} />
      <div class="row bottom">
        <Select label="QoS of the message" value={publication.qos} options={QOS} />
        <Check label="Retain" value={publication.retain} />
      </div>
      <PropertyFields publication={publication} faultOf={faultOf} />
      <div class="row">
        <Button kind="primary" type="submit" isBusy={work.state.value === 'running'}>
          Publish
        </Button>
        <span role="status" class="muted">
          {said.value}
        </span>
      </div>
      {work.state.value === 'running' && <Progress label="Publishing" onStop={() => work.stop()} />}
      <ProblemView error={work.error.value} />
    </form>
  );
}

interface Answer {
  readonly reasonCode: number;
}

function wordsOf(reasonCode: number, qos: string): string {
  if (reasonCode === NO_SUBSCRIBERS) return 'The broker has it; nobody subscribes to this topic.';
  return qos === '0' ? 'Sent. With QoS 0 the broker says nothing.' : 'The broker has it.';
}

async function read(publication: PublishDraft) {
  const { file, ...fields } = publication;
  const typed = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.peek()]));
  const blob = publication.kind.peek() === 'file' ? file.peek() : undefined;
  const bytes = blob === undefined ? undefined : new Uint8Array(await blob.arrayBuffer());
  try {
    return publicationOf({ ...(typed as unknown as Parameters<typeof publicationOf>[0]), bytes });
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
