// The value of a string: looked at in portions, edited where it is whole and not too long.
import { useEffect, useMemo } from 'preact/hooks';
import { formatBytes } from '../../../../browser/format.ts';
import { Button } from '../../../../ui/controls/button.tsx';
import { ProblemView } from '../../../../ui/feedback/problem.tsx';
import { Progress } from '../../../../ui/feedback/progress.tsx';
import { argumentOf, isSame } from '../../wire/argument.ts';
import { argumentIn } from '../../wire/reply.ts';
import { ContentView } from '../bytes/content-view.tsx';
import type { KeyProps } from '../key-props.ts';
import { EditForm } from './edit-form.tsx';
import { Editing } from './editing.ts';
import { StringModel } from './string-model.ts';

/** Longer values are not edited here. */
const MAX_EDITED = 1_048_576;

/** The value. */
export function StringValue({ model, name, onReload }: KeyProps) {
  const value = useMemo(() => new StringModel(model.redis, name), []);
  const editing = useMemo(() => new Editing(model.tab), []);
  useEffect(() => {
    void value.more();
    return () => value.work.stop();
  }, []);
  const { bytes, length, isWhole } = value.loaded.value;
  const shown = useMemo(() => argumentOf(isWhole ? bytes : wholeCharacters(bytes)), [bytes]);
  if (length === undefined)
    return (
      <>
        <ProblemView error={value.work.error.value} onRetry={() => void value.more()} />
        {value.work.state.value === 'running' && (
          <Progress label="Loading the value" onStop={() => value.work.stop()} />
        )}
      </>
    );
  const isEdited = editing.isOf(name, '');
  return (
    <div class="fill">
      <div class="row">
        <span class="muted">
          {isWhole ? formatBytes(length) : `${formatBytes(bytes.length)} of ${formatBytes(length)} loaded`}
        </span>
        {!isWhole && (
          <Button isBusy={value.work.state.value === 'running'} onClick={() => void value.more()}>
            Load more
          </Button>
        )}
        {model.canWrite && !isEdited && isWhole && length <= MAX_EDITED && (
          <Button onClick={() => editing.begin(name, '', shown)}>Edit value</Button>
        )}
        {model.canWrite && length > MAX_EDITED && <span class="muted">Too long to be edited here</span>}
      </div>
      <ProblemView error={value.work.error.value} onRetry={() => void value.more()} />
      {isEdited ? (
        <EditForm
          label="Value"
          editing={editing}
          rows={12}
          isStill={async (signal) =>
            isSame(argumentIn(await model.redis.ask(['GET', name], { signal })) ?? '', shown)
          }
          save={(typed, signal) => model.redis.run(['SET', name, typed, 'KEEPTTL'], { signal })}
          onSaved={onReload}
        />
      ) : (
        <ContentView label="value" value={shown} />
      )}
    </div>
  );
}

/** Without the beginning of a character whose rest is not loaded (RFC 3629). */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - back);
    if (byte < 0x80) break;
  }
  return bytes;
}
