// `POST /pg/sql`: one statement, or several in one transaction, in the shape that Neon's serverless driver speaks, so
// that its `neon()` works against any Postgres. It refuses to write for a token that may only read, and to gather a large
// result in memory.
import {
  audit,
  type RequestLimit,
  type RouteApp,
  type RouteContext,
  readJson,
  withClient,
} from '@fairlead/http';
import { PARAMETERS } from '@fairlead/http/sql';
import type { Client } from '../../types.ts';
import { opening } from '../query.ts';
import { assertReading } from '../reader/read-only.ts';
import { JSON_TYPE, neonRoute } from './description.ts';
import { ResultDocument } from './document.ts';
import { neonFailure } from './failure.ts';
import { type NeonCall, neonBodySchema, readNeonCall, transactionHeaders } from './request.ts';
import { runInTransaction, runStatement } from './run.ts';
import { resolveNeonTarget } from './target.ts';

/** Registers `POST /sql`. */
export function registerNeon(app: RouteApp): void {
  // Registered by hand: a handler that answers with ready-made bytes is none that openapi() can type.
  app.openAPIRegistry.registerPath(neonRoute);
  app.post(neonRoute.path, async (c) => {
    try {
      return await answer(c);
    } catch (error) {
      return neonFailure(error, c);
    }
  });
}

async function answer(c: RouteContext): Promise<Response> {
  const call = readNeonCall(c, await readJson(c, neonBodySchema, { partsIn: PARAMETERS }));
  const { target, readOnly } = resolveNeonTarget(c);
  for (const { query } of call.statements) {
    if (readOnly) assertReading(query);
    else audit(c, { action: 'query', statement: query });
  }
  const document = await withClient(c, opening(c, target), (db, _signal, limit) =>
    run(c, db, call, readOnly, limit),
  );
  const headers = {
    'Content-Type': JSON_TYPE,
    'Cache-Control': 'no-store',
    ...(call.batch ? transactionHeaders(call.transaction) : {}),
  };
  return c.newResponse(document, { status: 200, headers });
}

async function run(
  c: RouteContext,
  db: Client,
  call: NeonCall,
  readOnly: boolean,
  { timeoutMs, at }: RequestLimit,
): Promise<Uint8Array<ArrayBuffer>> {
  // What is left of the request's time, for the server's own limit as well.
  const time: RequestLimit = { timeoutMs, at };
  const document = new ResultDocument(c.get('config').limits);
  const [first] = call.statements;
  if (call.batch) await runInTransaction(db, call, readOnly, document, time);
  else if (first !== undefined) await runStatement(db, first, document, readOnly, time);
  return document.bytes();
}
