// The functions of the operations, as source: one each way in which an operation answers. WebSockets are left to the runtime's own.

interface Operation {
  operationId: string;
  summary: string;
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { headers?: unknown; content?: Record<string, unknown> }>;
}

/** As much of the document as is read. */
export interface GatewayDocument {
  paths: Record<string, Record<string, Operation>>;
}

const JSON_TYPE = 'application/json';
const LINES = 'application/x-ndjson';
const EVENTS = 'text/event-stream';
const FACTORIES = ['events', 'json', 'lines', 'response', 'text'] as const;

/** A copy without what goes wrong, and without headers: errors are `FairleadProblem`s. */
export function onlySuccess(document: GatewayDocument): GatewayDocument {
  const copy = structuredClone(document);
  for (const { operation } of operationsOf(copy)) {
    operation.responses = Object.fromEntries(
      Object.entries(operation.responses)
        .filter(([status]) => status.startsWith('2'))
        .map(([status, { headers: _, ...answer }]) => [status, answer]),
    );
  }
  return copy;
}

/** `src/generated/operations.ts`. */
export function operationsSource(document: GatewayDocument): string {
  const functions = [...operationsOf(document)].flatMap(({ method, path, operation }) =>
    waysOf(operation).map(
      ({ suffix, factory, what }) =>
        `/** ${operation.summary}${what}: \`${method.toUpperCase()} ${path}\`. */
export const ${operation.operationId}${suffix} = /* @__PURE__ */ ${factory}<'${operation.operationId}'>(${callArguments(method, path, operation, factory)});`,
    ),
  );
  const imports = FACTORIES.map((name) => `import { ${name} } from '../operations/${name}.ts';`);
  const head = "// The gateway's operations. Generated: run `npm run generate -w @fairlead/sdk`.";
  return [head, ...imports, '', ...functions].join('\n');
}

function* operationsOf(document: GatewayDocument) {
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) yield { method, path, operation };
}

/** How an operation can answer: in a single way of many types, or as a document, as lines and as events. */
function waysOf({ responses }: Operation) {
  const types = Object.keys(responses[200]?.content ?? {});
  if (types.length === 0) return [];
  const [only, ...others] = types;
  if (others.length === 0 && only === EVENTS) return [{ suffix: '', factory: 'events', what: '' }];
  if (types.some((type) => type.includes('octet-stream')))
    return [{ suffix: '', factory: 'response', what: '' }];
  if (!types.includes(JSON_TYPE)) return [{ suffix: '', factory: 'text', what: '' }];
  return [
    { suffix: '', factory: 'json', what: '' },
    ...(types.includes(LINES)
      ? [{ suffix: 'Lines', factory: 'lines', what: ', as lines while it runs' }]
      : []),
    ...(types.includes(EVENTS)
      ? [{ suffix: 'Events', factory: 'events', what: ', as events while it runs' }]
      : []),
  ];
}

function callArguments(method: string, path: string, { requestBody }: Operation, factory: string): string {
  const types = Object.keys(requestBody?.content ?? {});
  const bodyType = types.length === 0 || types.includes(JSON_TYPE) ? undefined : types[0];
  const all = [
    method.toUpperCase(),
    path,
    ...(factory === 'json' && bodyType !== undefined ? [bodyType] : []),
  ];
  return all.map((each) => `'${each}'`).join(', ');
}
