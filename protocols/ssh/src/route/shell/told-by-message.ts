// A shell that does not open, told to pages in browsers: they see no answer but that of a WebSocket that has opened.
import { lastProblem, type RouteContext, WEBSOCKET_PROTOCOL } from '@fairlead/http';
import { SHELL_PROTOCOL } from './serve.ts';

/** 4000 + HTTP status of the problem, as of shells that have opened. */
const PROBLEM_CODE = 4000;

/** What is used of the platform's server side of a WebSocket. */
interface ServerSocket {
  accept(): void;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** The answer of `open`; for its failure a WebSocket that says the problem and closes. */
export async function toldByMessage(c: RouteContext, open: () => Promise<Response>): Promise<Response> {
  const offered = (c.req.header('Sec-WebSocket-Protocol') ?? '').split(',').map((each) => each.trim());
  const protocol = [SHELL_PROTOCOL, WEBSOCKET_PROTOCOL].find((each) => offered.includes(each));
  try {
    return await open();
  } catch (error) {
    // What offers no subprotocol of ours is no page that reads our messages.
    if (protocol === undefined) throw error;
    const problem = lastProblem(error, c);
    const { 0: outer, 1: inner } = new WebSocketPair();
    const socket: ServerSocket = inner;
    socket.accept();
    socket.send(JSON.stringify({ problem }));
    socket.close(PROBLEM_CODE + problem.status, problem.code);
    const headers = { 'Fairlead-Request-Id': c.get('requestId'), 'Sec-WebSocket-Protocol': protocol };
    return new Response(null, { status: 101, webSocket: outer, headers });
  }
}
