// Who goes first: whoever asked first, and never two at once.
import { describe, expect, it } from 'vitest';
import { Gate } from '../src/index.ts';

describe('Gate', () => {
  it('lets one in at a time, in the order of asking', async () => {
    const gate = new Gate();
    const order: string[] = [];
    const enter = async (name: string): Promise<void> => {
      const release = await gate.hold();
      order.push(`${name} in`);
      await Promise.resolve();
      order.push(`${name} out`);
      release();
    };
    await Promise.all([enter('a'), enter('b'), enter('c')]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(gate.shut).toBe(false);
  });

  it('stays shut between two holders, and a second release gives nothing away', async () => {
    const gate = new Gate();
    const first = await gate.hold();
    const second = gate.hold();
    first();
    first();
    expect(gate.shut).toBe(true);
    const release = await second;
    first();
    expect(gate.shut).toBe(true);
    release();
    expect(gate.shut).toBe(false);
  });
});
