// How the connections are: what their pools say, for tokens that may ask.
import { adminListConnections, type Output } from '@fairlead/sdk';
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { useRepeated } from '../../browser/hooks.ts';
import type { Access } from '../../session/access.ts';
import { Caller } from '../../session/calls/caller.ts';

/** Pools are asked so often while the page is seen. */
const ASK_MS = 10_000;

type Reports = Output<'adminListConnections'>['connections'];

/** A connection's health in a word and a few. */
export interface Health {
  /** `good`: connections are open. `busy`: callers wait. `bad`: none could be opened so far. `idle`: nothing is open. */
  readonly state: 'good' | 'busy' | 'bad' | 'idle';
  readonly text: string;
}

/** The pools' reports, by and by; empty for tokens that may not ask. */
export function useHealth({ admin }: Access): ReadonlySignal<Reports> {
  const reports = useSignal<Reports>([]);
  const caller = useMemo(() => new Caller(undefined), []);
  const ask = async () => {
    try {
      reports.value = (await caller.run('adminListConnections', adminListConnections, {})).connections;
    } catch {
      // The list stays as it was: what fails is shown where it is used.
    }
  };
  useRepeated(ask, ASK_MS, admin.includes('connections'));
  return reports;
}

/** Reads a connection's health off the reports; undefined where they do not tell. */
export function healthOf(reports: Reports, name: string): Health | undefined {
  const report = reports.find((each) => each.name === name);
  if (report?.shards === undefined) return undefined;
  const running = report.shards.flatMap((shard) => ('running' in shard && shard.running ? [shard] : []));
  const sum = (read: (shard: (typeof running)[number]) => number) =>
    running.reduce((all, shard) => all + read(shard), 0);
  const open = sum((shard) => shard.open);
  const waiting = sum((shard) => shard.waiting);
  if (waiting > 0) return { state: 'busy', text: `${waiting} waiting` };
  if (open > 0) return { state: 'good', text: `${open} open` };
  const failed = sum((shard) => Object.values(shard.failures).reduce((all, count) => all + count, 0));
  // What has failed since the pool began says nothing of now, once one was opened.
  if (failed > 0 && sum((shard) => shard.opened) === 0) return { state: 'bad', text: 'cannot be opened' };
  return { state: 'idle', text: 'none open' };
}
