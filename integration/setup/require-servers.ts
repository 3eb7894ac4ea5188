// Refuses to run the tests without the servers that run.ts starts.

/** vitest's global setup. */
export default function requireServers(): void {
  if (process.env.FAIRLEAD_SERVERS === undefined) {
    throw new Error('Start the integration tests with: npm test -w @fairlead/integration');
  }
}
