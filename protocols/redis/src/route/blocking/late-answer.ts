// Answers whose reply may be long in coming: the body begins early, with spaces, which JSON skips. So the platform can tell
// that the caller has gone, and a proxy sees that the connection lives.
import { Deadlines, whenAborted } from '@fairlead/client';
import { problemResponse, type RouteContext } from '@fairlead/http';

/** How long an answer keeps its chance to have a status of its own; then how often a space is sent. */
const EVERY_MS = 1_000;
const SPACE = Uint8Array.of(32);
/** The platform compresses JSON, and a compressor would keep single spaces back until the end. */
const AS_IT_COMES = { 'Content-Encoding': 'identity' };

/** What becomes of a late answer. */
export interface LateAnswerOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Called when the caller has gone. */
  readonly onLeft: () => void;
  /** The body of an answer that failed after it had begun: the status, 200, is gone by then. */
  readonly onError: (problem: unknown) => unknown;
}

/**
 * Answers with the text that `work` resolves to.
 * @throws What `work` rejects with, while no byte of the answer has left.
 */
export async function lateAnswer(
  c: RouteContext,
  work: Promise<string>,
  { headers, onLeft, onError }: LateAnswerOptions,
): Promise<Response> {
  const deadlines = new Deadlines();
  // No body is ever read of the answer to HEAD, so nothing would say that its caller has gone.
  const early = c.req.method === 'HEAD' ? undefined : await deadlines.bound(work, EVERY_MS);
  if (early?.kind !== 'timeout') {
    deadlines.stop();
    return c.newResponse(await work, 200, headers);
  }
  const failed = async (error: unknown): Promise<string> =>
    JSON.stringify(onError(await problemResponse(error, c).json()));
  const encoder = new TextEncoder();
  const meter = c.get('record').open();
  const left = (): void => {
    deadlines.stop();
    meter.ended();
    onLeft();
  };
  const stopListening = whenAborted(c.req.raw.signal, left);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const beat = (): void => {
        if ((controller.desiredSize ?? 0) > 0) {
          controller.enqueue(SPACE);
          meter.sent(SPACE.length);
        }
        deadlines.add(EVERY_MS, beat);
      };
      beat();
      const end = (text: string): void => {
        deadlines.stop();
        stopListening();
        const bytes = encoder.encode(text);
        controller.enqueue(bytes);
        controller.close();
        meter.sent(bytes.length);
        meter.ended();
      };
      work
        .catch(failed)
        .then(end)
        .catch(() => deadlines.stop());
    },
    cancel() {
      stopListening();
      left();
    },
  });
  // The context's own header would win over the answer's where CORS has begun its response already.
  c.header('Cache-Control', 'no-store, no-transform');
  return c.newResponse(body, 200, { ...headers, ...AS_IT_COMES });
}
