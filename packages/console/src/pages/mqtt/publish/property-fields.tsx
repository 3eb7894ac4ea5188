// The properties of MQTT 5.
import { Check, TextField } from '../../../ui/controls/text-field.tsx';
import type { Fault } from './publication.ts';
import type { PublishDraft } from './publish-draft.ts';

interface PropertyFieldsProps {
  readonly publication: PublishDraft;
  readonly faultOf: (field: Fault['field']) => string | undefined;
}

/** The fields, folded until wanted or filled. */
export function PropertyFields({ publication, faultOf }: PropertyFieldsProps) {
  const { contentType, responseTopic, correlation, expiry, userProperties } = publication;
  const isMarked = publication.payloadIsText.peek();
  const isFilled = [contentType, responseTopic, correlation, expiry, userProperties].some(
    (field) => field.peek() !== '',
  );
  return (
    <details open={isFilled || isMarked}>
      <summary>Properties of MQTT 5</summary>
      <div class="mqtt-properties">
        <TextField label="Content type" value={contentType} placeholder="application/json" />
        <TextField label="Expires after seconds" value={expiry} error={faultOf('expiry')} />
        <TextField label="Response topic" value={responseTopic} isCode />
        <TextField label="Correlation data" value={correlation} isCode />
        <TextField
          label="User properties"
          value={userProperties}
          rows={3}
          isCode
          hint="One a line, name: value"
          error={faultOf('userProperties')}
          class="mqtt-wide"
        />
        <Check label="Tell receivers that the payload is text" value={publication.payloadIsText} />
      </div>
    </details>
  );
}
