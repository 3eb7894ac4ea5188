// V8's sampling profiler of one isolate of workerd, over its inspector.
import { once } from 'node:events';

/** How often the stack is looked at, in microseconds. */
const SAMPLE_US = 500;

/** A profile, as V8 gives it and as its tools read it (`.cpuprofile`). */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node of each sample. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** A function, called by a certain stack of others. */
export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** A running profiler. */
export interface Profiler {
  start(): Promise<void>;
  /** Ends it, and the connection. */
  stop(): Promise<CpuProfile>;
}

/** Connects to an isolate. @param url As of `Running.inspectors`. */
export async function openProfiler(url: string): Promise<Profiler> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let last = 0;
  const call = async (method: string, params: object = {}): Promise<unknown> => {
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
  };
  return {
    async start() {
      await call('Profiler.enable');
      await call('Profiler.setSamplingInterval', { interval: SAMPLE_US });
      await call('Profiler.start');
    },
    async stop() {
      const { profile } = (await call('Profiler.stop')) as { profile: CpuProfile };
      socket.close();
      return profile;
    },
  };
}
