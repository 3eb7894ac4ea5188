// What the listeners of `notice` and `notification` get, as `pg` has it.
import type { Notice, Notification } from '../../types.ts';

/** What a listener of `notice` gets. */
export function noticeMessage(notice: Notice): object {
  return { name: 'notice', ...notice };
}

/** What a listener of `notification` gets. */
export function notificationMessage({ channel, payload, processId }: Notification): object {
  return { name: 'notification', channel, payload, processId };
}
