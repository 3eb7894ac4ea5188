// What came with a message beside its payload.
import { visibleText } from '../../../browser/visible-text.ts';
import { ValueTree } from '../../../ui/values/value-tree.tsx';
import type { Message } from '../feed/message.ts';

/** QoS, the flags, and the properties of MQTT 5. */
export function MessageFacts({ message }: { readonly message: Message }) {
  const { qos, isRetained, isDuplicate, properties } = message;
  const { contentType, ...others } = properties ?? {};
  return (
    <>
      <p class="row">
        <span class="badge">QoS {qos}</span>
        {isRetained && <span class="badge">retained</span>}
        {isDuplicate && <span class="badge warn">delivered again</span>}
        {typeof contentType === 'string' && <span class="badge">{visibleText(contentType)}</span>}
      </p>
      {Object.keys(others).length > 0 && <ValueTree name="Properties" value={others} />}
    </>
  );
}
