// Redis: keys and their values, a command line, channels, and how the server fares.
import { useEffect, useMemo } from 'preact/hooks';
import { draft } from '../../app/tabs/tab.ts';
import { Sections } from '../../ui/layout/sections.tsx';
import type { PageProps } from '../contract.ts';
import { Keys } from './keys/keys.tsx';
import { CommandLine } from './line/command-line.tsx';
import { Channels } from './live/channels.tsx';
import { RedisModel } from './model.ts';
import './redis.css';
import './parts.css';
import { Server } from './server/server.tsx';

type Part = 'keys' | 'line' | 'channels' | 'server';

/** The page. */
export function Page(props: PageProps) {
  const { tab, connection, caller } = props;
  const scopes = JSON.stringify(connection?.scopes);
  const model = useMemo(() => new RedisModel(props), [tab, caller, scopes]);
  useEffect(() => () => model.close(), [model]);
  return (
    <Sections<Part>
      label="Parts of the page"
      current={draft<Part>(tab, 'part', 'keys')}
      sections={[
        ['keys', 'Keys', () => <Keys model={model} />],
        ['line', 'Command line', () => <CommandLine model={model} />],
        ['channels', 'Channels', () => <Channels model={model} />],
        ['server', 'Server', () => <Server model={model} />],
      ]}
    />
  );
}
