// The legal moves of a session, as one table. It knows no bytes.

/**
 * What may come in each step, and where it leads: `+` to the step that the plan has next, `.` nowhere, a letter to
 * that step, `!` to the end of the connection. Steps: **p**arse, describe **t**ypes of parameters (and columns, **u**), **b**ind, **c**lose, **d**escribe, e**x**ecute,
 * **q**uiet execute, **s**ync; **Q** simple query; **i**n, **o**ut: copying.
 */
export const MOVES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  p: { 1: '+' },
  t: { t: 'u' },
  u: { T: '+', n: '+' },
  b: { 2: '+' },
  c: { 3: '+' },
  d: { T: '+', n: '+' },
  x: { D: '.', C: '+', I: '+', s: '+', H: 'o', G: '!', W: '!' },
  q: { D: '.', C: '+', I: '+' },
  s: { Z: '+' },
  Q: { T: '.', D: '.', C: '.', I: '.', Z: '+', H: 'o', G: 'i', W: '!' },
  i: { C: '-' },
  o: { d: '.', c: '-' },
};
