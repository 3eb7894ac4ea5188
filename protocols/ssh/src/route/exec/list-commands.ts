// `GET /ssh/commands`: the commands that a connection's entry lists, without their texts.
import { type RouteContext, resolveTarget } from '@fairlead/http';
import type { z } from '@hono/zod-openapi';
import type { Command } from '../commands/settings.ts';
import { settingsOf } from '../connection.ts';
import type { commandSchema, commandsQuery } from './schemas.ts';

/** @throws HttpProblem 400, 403, 404; FairleadError `policy`. */
export function listCommands(c: RouteContext, { connection }: z.output<typeof commandsQuery>): Response {
  const target = resolveTarget(c, { action: ['exec', 'any'], connection });
  const { commands } = settingsOf(c, target);
  return c.json({ commands: [...(commands ?? [])].map(([name, command]) => view(name, command)) }, 200);
}

function view(name: string, { params, stdin, timeoutMs }: Command): z.output<typeof commandSchema> {
  return {
    name,
    stdin,
    ...(timeoutMs !== undefined && { timeoutMs }),
    params: [...params.values()].map((one) => ({
      name: one.name,
      type: one.type,
      isRequired: one.default === undefined,
      ...(one.description !== undefined && { description: one.description }),
      ...(one.enum !== undefined && { enum: [...one.enum] }),
    })),
  };
}
