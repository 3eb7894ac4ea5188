// What to subscribe to.
import { useSignal } from '@preact/signals';
import { Button } from '../../../ui/controls/button.tsx';
import { Check, Select, TextField } from '../../../ui/controls/text-field.tsx';
import type { MqttState } from '../state.ts';
import { filterFault, readFilters } from './subscription.ts';

const QOS = [
  ['0', '0, at most once'],
  ['1', '1, at least once'],
  ['2', '2, exactly once'],
] as const;

/** The filters, how they are delivered, and the button. */
export function SubscribeForm({ state }: { readonly state: MqttState }) {
  const { feed, filters, qos, keepsSession } = state;
  const fault = useSignal<string | undefined>(undefined);
  const isOn = feed.state.value !== 'off';
  const subscribe = () => {
    const list = readFilters(filters.peek());
    fault.value =
      list.length === 0 ? 'Type a topic filter, such as harbour/#' : list.map(filterFault).find(Boolean);
    if (fault.value !== undefined) return;
    const session = keepsSession.peek() ? `console-${crypto.randomUUID().slice(0, 13)}` : undefined;
    feed.start({ filters: list, qos: qos.peek(), session });
  };
  return (
    <form
      class="mqtt-subscribe"
      onSubmit={(event) => {
        event.preventDefault();
        subscribe();
      }}
    >
      <TextField
        label="Topic filters"
        class="mqtt-filters"
        value={filters}
        error={fault.value}
        isCode
        placeholder="harbour/#, weather/+/wind"
      />
      <Select label="QoS" value={qos} options={QOS} />
      <Button kind={isOn ? 'plain' : 'primary'} type="submit">
        {isOn ? 'Subscribe anew' : 'Subscribe'}
      </Button>
      {isOn && <Button onClick={() => feed.stop()}>Stop</Button>}
      <details class="mqtt-more">
        <summary>More on filters and sessions</summary>
        <p class="muted">
          <code>+</code> stands for one level, <code>#</code> for all that follow; several filters are apart
          by commas.
        </p>
        <Check label="The broker keeps a session while it reconnects" value={keepsSession} />
        <p class="muted">
          Then nothing of QoS 1 and 2 is missed when the connection breaks. A broker of MQTT 5 forgets the
          session after a minute without a reader, one of MQTT 3.1.1 as it is set up.
        </p>
      </details>
    </form>
  );
}
