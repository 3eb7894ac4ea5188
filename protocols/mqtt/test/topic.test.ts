// Topics and filters: the specification's examples of section 4.7, and what is refused.
import { describe, expect, it } from 'vitest';
import { assertFilter, assertTopic, matchesTopic } from '../src/index.ts';

describe('matchesTopic', () => {
  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/tennis/player1/#', 'sport/tennis/player2', false],
    ['sport/#', 'sport', true],
    ['#', 'sport', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/monitor', false],
    ['+/monitor/Clients', '$SYS/monitor/Clients', false],
    ['$SYS/#', '$SYS/monitor', true],
    ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
    ['a/+/c/#', 'a/b/c', true],
    ['a/+/c/#', 'a/b/d', false],
    ['$share/group/sport/+', 'sport/tennis', true],
    ['$share/group/sport/+', '$share/group/sport/tennis', false],
    ['Sport', 'sport', false],
  ])('%s, %s: %s', (filter, topic, expected) => {
    expect(matchesTopic(filter, topic)).toBe(expected);
  });
});

describe('what is valid', () => {
  it.each([
    'a',
    '/',
    'a//b',
    '#',
    '+',
    'a/#',
    '+/+',
    '/#',
    '$SYS/#',
    '$share/g/#',
    '$share/g//a',
    '$shared/a',
    'ä b',
  ])('takes the filter %s', (filter) => {
    expect(() => assertFilter(filter)).not.toThrow();
  });

  it.each([
    '',
    'a#',
    '#a',
    'a/#/b',
    '#/',
    'a+',
    '+a/b',
    '$share',
    '$share/',
    '$share/g',
    '$share/g/',
    '$share/g#/a',
    '$share/+/a',
    'a\0',
  ])('refuses the filter %j', (filter) => {
    expect(() => assertFilter(filter)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('knows how long a topic may be, in bytes', () => {
    expect(() => assertTopic('x'.repeat(65_535))).not.toThrow();
    expect(() => assertTopic('ä'.repeat(32_767))).not.toThrow();
    expect(() => assertTopic('ä'.repeat(32_768))).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => assertTopic('')).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('matchesTopic, of levels at random', () => {
  it('matches as the specification says, whatever levels there are', () => {
    const levels = ['a', 'b', '', '$x', 'ab'];
    const wanted = [...levels, '+', '#'];
    const simple = (filter: string[], topic: string[]): boolean => {
      if (topic[0]?.startsWith('$') && (filter[0] === '+' || filter[0] === '#')) return false;
      const hash = filter.indexOf('#');
      const parts = hash < 0 ? filter : filter.slice(0, hash);
      if (hash < 0 ? parts.length !== topic.length : parts.length > topic.length) return false;
      return parts.every((part, index) => part === '+' || part === topic[index]);
    };
    for (let n = 0; n < 20_000; n++) {
      const pick = (from: string[], salt: number): string[] =>
        Array.from({ length: 1 + ((n * 7 + salt) % 3) }, (_, i) => {
          return from[(Math.imul(n + 1, 2_654_435_761 + salt * 97 + i * 131) >>> 7) % from.length] ?? '';
        });
      const filter = pick(wanted, 1);
      const hash = filter.indexOf('#');
      const valid = hash < 0 ? filter : filter.slice(0, hash + 1);
      const topic = pick(levels, 2);
      if (topic.join('/') === '') continue;
      if (valid.join('/') === '') continue;
      expect(matchesTopic(valid.join('/'), topic.join('/')), `${valid.join('/')} ${topic.join('/')}`).toBe(
        simple(valid, topic),
      );
    }
  });
});
