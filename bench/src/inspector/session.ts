// A connection to the inspector of one isolate of workerd: V8's own protocol of calls and answers. It takes no events.
import { once } from 'node:events';

/** A connected inspector. */
export interface Inspector {
  /** @throws Error with V8's words. */
  call(method: string, params?: object): Promise<unknown>;
  close(): void;
}

/** Connects to an isolate. @param url As of `Running.inspectors`. */
export async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let last = 0;
  return {
    async call(method, params = {}) {
      const id = ++last;
      const answer = new Promise<unknown>((resolve, reject) => {
        const take = ({ data }: MessageEvent): void => {
          const message = JSON.parse(String(data));
          if (message.id !== id) return;
          socket.removeEventListener('message', take);
          if (message.error) reject(new Error(`${method}: ${message.error.message}`));
          else resolve(message.result);
        };
        socket.addEventListener('message', take);
      });
      socket.send(JSON.stringify({ id, method, params }));
      return answer;
    },
    close: () => socket.close(),
  };
}
