// Who came first leaves first, whoever gives up meanwhile, and however many wait.
import { describe, expect, it } from 'vitest';
import { Fifo, Gate } from '../src/index.ts';

describe('Fifo', () => {
  it('hands out in the order of coming', () => {
    const fifo = new Fifo<string>();
    expect([fifo.first, fifo.shift()]).toEqual([undefined, undefined]);
    const places = ['a', 'b', 'c', 'd', 'e'].map((item) => fifo.push(item));
    expect(fifo.all()).toEqual(['a', 'b', 'c', 'd', 'e']);
    for (const at of [2, 0, 4, 4, 0]) {
      const place = places[at];
      if (place !== undefined) fifo.remove(place);
    }
    expect([fifo.first, fifo.all()]).toEqual(['b', ['b', 'd']]);
    expect([fifo.shift(), fifo.shift(), fifo.shift()]).toEqual(['b', 'd', undefined]);
    fifo.push('f');
    expect([fifo.first, fifo.all()]).toEqual(['f', ['f']]);
  });

  it('lets go of the neighbours of an item that has left', () => {
    const fifo = new Fifo<string>();
    const places = ['a', 'b', 'c'].map((item) => fifo.push(item));
    fifo.shift();
    for (const place of places.slice(1, 2)) fifo.remove(place);
    for (const { previous, next } of places) expect([previous, next]).toEqual([undefined, undefined]);
    expect(fifo.all()).toEqual(['c']);
  });

  it('takes an item back before all others', () => {
    const fifo = new Fifo<string>();
    const last = fifo.unshift('c');
    fifo.unshift('b');
    const first = fifo.unshift('a');
    expect([fifo.first, fifo.last, fifo.all()]).toEqual(['a', 'c', ['a', 'b', 'c']]);
    for (const place of [first, last]) fifo.remove(place);
    expect([fifo.first, fifo.last, fifo.shift(), fifo.last]).toEqual(['b', 'b', 'b', undefined]);
  });
});

describe('a gate', () => {
  it.each(['in turn', 'by giving up'])('lets 200,000 go %s, in a moment', (how) => {
    const gate = new Gate();
    let turns = 0;
    gate.enter(() => undefined);
    const leaving = Array.from({ length: 200_000 }, () =>
      gate.enter(() => {
        turns += 1;
      }),
    );
    const startedAt = performance.now();
    if (how === 'in turn') while (gate.shut) gate.leave();
    else for (const leave of leaving) leave();
    // Where each passed those before it, it was 12 s.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(turns).toBe(how === 'in turn' ? 200_000 : 0);
  });
});
