// The ports of containers with many servers: when they all answer, and where they are found from outside.
import { type StartedTestContainer, Wait } from 'testcontainers';

/** Waits until a line that begins with `greeting` comes from each of these ports. */
export function untilGreeted(greeting: string, ...ports: readonly number[]) {
  const greeted = (port: number) =>
    `exec 3<> /dev/tcp/127.0.0.1/${port} && read -r -t 5 line <&3 && [[ $line == ${greeting}* ]]`;
  return Wait.forSuccessfulCommand(`bash -c '${ports.map(greeted).join(' && ')}'`);
}

/** Where ports of the container are found from outside, by name. */
export function mappedPorts<Name extends string>(
  started: StartedTestContainer,
  ports: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const entries = Object.entries<number>(ports).map(([name, port]) => [name, started.getMappedPort(port)]);
  return Object.fromEntries(entries) as Record<Name, number>;
}
