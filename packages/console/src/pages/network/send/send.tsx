// Sends bytes to a server once, and shows what comes back.
import { type TcpSend, tcpSend } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { draft } from '../../../app/tabs/tab.ts';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Check, TextField } from '../../../ui/controls/text-field.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { PageProps } from '../../contract.ts';
import { chosenTarget, OneTarget } from '../targets/one-target.tsx';
import { AnswerView } from './answer-view.tsx';
import { readBytes, writeBytes } from './bytes.ts';
import { BytesField } from './bytes-field.tsx';
import { PRESETS } from './presets.ts';
import { sendBody } from './request.ts';

const MAX_SILENT_MS = 20_000;

/** The part of the page. */
export function Send({ tab, access, caller }: Pick<PageProps, 'tab' | 'access' | 'caller'>) {
  const fields = fieldsOf(tab);
  const work = useWork();
  const answer = useSignal<TcpSend | undefined>(undefined);
  const target = chosenTarget(fields.choice.value, fields.address.value);
  const read = readBytes(fields.text.value, fields.form.value);
  const silentMs = Number(fields.silentMs.value);
  const isSilentMs = Number.isInteger(silentMs) && silentMs >= 1 && silentMs <= MAX_SILENT_MS;
  const isReady = target !== undefined && 'bytes' in read && isSilentMs;
  const run = () =>
    work.run(async (signal) => {
      if (!isReady) return;
      answer.value = undefined;
      const [tls, end] = [fields.tls.value, fields.end.value];
      const body = sendBody({ target, bytes: read.bytes, tls, end, silentMs });
      answer.value = await caller.run('tcpSend', tcpSend, { body, signal });
    });
  const submit = (event: Event) => {
    event.preventDefault();
    void run();
  };
  return (
    <>
      <form class="stack network-part" aria-label="Send bytes" onSubmit={submit}>
        <div class="network-pair">
          <OneTarget access={access} action="send" choice={fields.choice} address={fields.address} />
        </div>
        <Presets fields={fields} />
        <BytesField text={fields.text} form={fields.form} name={`${tab.id}-send-form`} />
        <div class="row bottom">
          <TextField
            label="Stop after a silence of, in ms"
            value={fields.silentMs}
            error={isSilentMs ? undefined : `From 1 to ${MAX_SILENT_MS}`}
          />
          <Check label="TLS from the first byte" value={fields.tls} />
          <Check label="Close my direction after the bytes (half-close)" value={fields.end} />
          <span class="grow" />
          <Button type="submit" kind="primary" isDisabled={!isReady} isBusy={work.state.value === 'running'}>
            Send
          </Button>
        </div>
      </form>
      {work.state.value === 'running' && (
        <Progress label="Waiting for the answer" onStop={() => work.stop()} />
      )}
      {work.error.value !== undefined && <ProblemView error={work.error.value} onRetry={() => void run()} />}
      {answer.value !== undefined && <AnswerView answer={answer.value} />}
    </>
  );
}

/** The fields, which survive a reload. */
function fieldsOf(tab: PageProps['tab']) {
  return {
    choice: draft(tab, 'sendServer', ''),
    address: draft(tab, 'sendAddress', ''),
    text: draft(tab, 'sendText', ''),
    form: draft(tab, 'sendForm', 'text'),
    silentMs: draft(tab, 'sendSilentMs', '1000'),
    tls: draft(tab, 'sendTls', false),
    end: draft(tab, 'sendEnd', false),
  };
}

function Presets({ fields }: { readonly fields: ReturnType<typeof fieldsOf> }) {
  return (
    <div class="row" role="group" aria-label="Examples">
      <span class="muted">Examples:</span>
      {PRESETS.map(({ name, text, silentMs }) => (
        <button
          key={name}
          type="button"
          class="chip"
          onClick={() => {
            const read = readBytes(text, 'text');
            if ('bytes' in read) fields.text.value = writeBytes(read.bytes, fields.form.value);
            fields.silentMs.value = String(silentMs);
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
