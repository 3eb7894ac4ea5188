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
