// The payload: a text, JSON, hexadecimal digits, or a file.
import { Field } from '../../../ui/controls/field.tsx';
import { Select, TextField } from '../../../ui/controls/text-field.tsx';
import type { PublishDraft } from './publish-draft.ts';

const KINDS = [
  ['text', 'Text'],
  ['json', 'JSON'],
  ['hex', 'Hex'],
  ['file', 'File'],
] as const;

const PLACEHOLDERS = { text: '12 knots', json: '{ "knots": 12 }', hex: '00 ff 7e', file: '' } as const;

interface PayloadFieldsProps {
  readonly publication: PublishDraft;
  readonly error: string | undefined;
}

/** The fields. */
export function PayloadFields({ publication: { kind, payload, file }, error }: PayloadFieldsProps) {
  return (
    <>
      <Select label="Payload is" value={kind} options={KINDS} class="mqtt-kind" />
      {kind.value === 'file' ? (
        <Field label="File" error={error} hint={file.value?.name}>
          {(id, describedBy) => (
            <input
              id={id}
              type="file"
              aria-describedby={describedBy}
              onChange={(event) => {
                file.value = event.currentTarget.files?.[0];
              }}
            />
          )}
        </Field>
      ) : (
        <TextField
          label="Payload"
          value={payload}
          rows={5}
          isCode
          error={error}
          placeholder={PLACEHOLDERS[kind.value]}
        />
      )}
    </>
  );
}
