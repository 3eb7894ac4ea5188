// What the servers' containers share: the certificate copied in, a bounded start, removal at the end.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { SetupError } from '../setup/command.ts';
import { type BuildArgs, serverImage } from './image.ts';

const START_TIMEOUT_MS = 60_000;

/**
 * A container of `images/<server>` with `certificate` in place, ready to be given ports and a wait strategy.
 * Once stopped it is removed; its start script ends it after two hours should nobody stop it.
 */
export async function serverContainer(
  server: string,
  certificate: KeyAndCertificate,
  buildArgs: BuildArgs = {},
): Promise<GenericContainer> {
  return new GenericContainer(await serverImage(server, buildArgs))
    .withCopyContentToContainer([
      { content: certificate.cert, target: '/etc/fairlead/server.pem' },
      { content: certificate.key, target: '/etc/fairlead/server.key' },
    ])
    .withAutoRemove(true)
    .withStartupTimeout(START_TIMEOUT_MS);
}

/** What is kept of a container's log, in characters, to be shown if it does not start. */
const MAX_LOG_CHARS = 4_000;

/**
 * Starts a container.
 * @throws SetupError with the end of its log: once it has ended it is removed, and nobody could ask for it any more.
 */
export async function startContainer(container: GenericContainer): Promise<StartedTestContainer> {
  let log = '';
  try {
    return await container
      .withLogConsumer((stream) => {
        stream.on('data', (text: Buffer | string) => {
          log = (log + text).slice(-MAX_LOG_CHARS);
        });
      })
      .start();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SetupError(`A server did not start: ${reason}\n${log.trim()}`, { cause });
  }
}

/** A running server and the way to end it. */
export interface Running<T> {
  /** Where it listens, as tests need it. */
  readonly at: T;
  /** Kills and removes the container. */
  stop(): Promise<void>;
}

/** Pairs a started container with its addresses. */
export function running<T>(container: StartedTestContainer, at: T): Running<T> {
  return {
    at,
    async stop() {
      await container.stop({ timeout: 0 });
    },
  };
}

/** Counts a server among those to be stopped, and waits until it is up. */
export type Track = <T>(start: Promise<Running<T>>) => Promise<T>;
