// One suite for every connector: registers the cases with vitest. The connectors and their worlds come from outside.
import type { Connector } from '@fairlead/transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pause } from '../script/steps.ts';
import { listenForUnhandled } from '../unhandled/listen.ts';
import { ADDRESSES } from './addresses.ts';
import { CONNECTING } from './connecting.ts';
import { CLOSING } from './ending/closing.ts';
import { HALF_CLOSING } from './ending/half-closing.ts';
import { type ComplianceCase, Lab } from './harness.ts';
import { READING } from './reading.ts';
import { UPGRADING } from './upgrading.ts';
import { CAPABILITIES, type Capability, type ComplianceWorld } from './world.ts';
import { WRITING } from './writing.ts';

export { memoryWorld } from './memory-world.ts';
export { CAPABILITIES, type Capabilities, type Capability, type ComplianceWorld } from './world.ts';

const GROUPS: Record<string, readonly ComplianceCase[]> = {
  connecting: CONNECTING,
  addresses: ADDRESSES,
  reading: READING,
  writing: WRITING,
  TLS: UPGRADING,
  closing: CLOSING,
  'half-closing': HALF_CLOSING,
};

/**
 * Registers the compliance suite for one connector. After each case it asserts that no promise was rejected without
 * a listener.
 * @param name How the connector is called in the report.
 * @param world Where its peers are. What its table of capabilities rules out is reported with the reason given there.
 */
export function transportCompliance(name: string, connector: Connector, world: ComplianceWorld): void {
  describe(`${name} is a transport`, () => {
    const unhandled: unknown[] = [];
    let stop = (): void => undefined;
    beforeEach(() => {
      stop = (world.onUnhandledRejection ?? listenForUnhandled)((reason) => {
        unhandled.push(reason);
      });
    });
    afterEach(async () => {
      // Rejections are reported a turn after they happened.
      await pause(5);
      stop();
      expect(unhandled.splice(0), 'rejections that were not handled').toEqual([]);
    });
    declareCapabilities(name, world);
    for (const [group, cases] of Object.entries(GROUPS)) {
      describe(group, () => {
        for (const one of cases) register(one, connector, world);
      });
    }
  });
}

function register(one: ComplianceCase, connector: Connector, world: ComplianceWorld): void {
  const missing = one.needs?.find((capability) => world.capabilities[capability] !== true);
  if (missing !== undefined) {
    it(`cannot be shown here: ${one.name} (${world.capabilities[missing]})`, () =>
      assertReason(missing, world));
    return;
  }
  it(one.name, async () => {
    using lab = new Lab(connector, world);
    await one.run(lab);
  });
}

function assertReason(capability: Capability, world: ComplianceWorld): void {
  const reason = world.capabilities[capability];
  expect(typeof reason === 'string' && reason.length > 10, `${capability} needs a reason`).toBe(true);
}

function declareCapabilities(name: string, world: ComplianceWorld): void {
  it('declares what it can show', () => {
    const declared = Object.keys(world.capabilities).sort();
    expect(declared).toEqual(Object.keys(CAPABILITIES).sort());
    const lines = Object.entries(CAPABILITIES).map(([capability, meaning]) => {
      const value = world.capabilities[capability as Capability];
      return `  ${value === true ? 'yes' : 'no '}  ${meaning}${value === true ? '' : `: ${value}`}`;
    });
    console.log(`${name} can show:\n${lines.join('\n')}`);
    expect(world.capabilities.platformWrites !== true || world.platformWrites !== undefined).toBe(true);
  });
}
