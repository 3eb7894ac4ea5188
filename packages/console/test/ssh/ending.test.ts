// What ended a shell or a command is told in words.
import { describe, expect, it } from 'vitest';
import { endingWords, exitWords, readMessage } from '../../src/pages/ssh/terminal/ending.ts';

describe('exitWords', () => {
  it.each([
    [{ code: 0 }, 'Exit status 0: success', true],
    [{ code: 3 }, 'Exit status 3', false],
    [{ code: 127 }, 'Exit status 127: there is no such command', false],
    [{ signal: 'KILL' }, 'Ended by the signal KILL: killed', false],
    [{ signal: 'USR1', message: 'told to' }, 'Ended by the signal USR1: told to', false],
    [{}, 'Ended; the server does not say how', false],
  ])('says %j as %j', (exit, text, isGood) => expect(exitWords(exit)).toEqual({ text, isGood }));
});

describe('endingWords', () => {
  it.each([
    [1006, '', /broke/],
    [4413, 'limit up=1 down=2', /More was on the way/],
    [4504, 'idle up=1 down=2', /Nothing happened/],
    [4504, 'timeout up=1 down=2', /longest time/],
    [4999, '', /4999/],
  ])('tells of the close code %d', (code, reason, words) => {
    const { text, isGood } = endingWords({ kind: 'closed', code, reason });
    expect(text).toMatch(words);
    expect(isGood).toBe(false);
  });
});

describe('readMessage', () => {
  it('reads an exit and a problem', () => {
    expect(readMessage('{"exit":{"code":2,"message":""}}')).toEqual({
      kind: 'exit',
      exit: { code: 2, signal: undefined, message: undefined },
    });
    const ending = readMessage('{"problem":{"code":"auth","detail":"No","status":502}}');
    expect(ending).toMatchObject({ kind: 'problem', problem: { code: 'auth', message: 'No', status: 502 } });
  });

  it.each(['', 'null', '[]', '{"exit":1}', '{"problem":{"code":1}}', '{"other":{}}', '{'])(
    'takes nothing from %j',
    (text) => expect(readMessage(text)).toBeUndefined(),
  );
});
