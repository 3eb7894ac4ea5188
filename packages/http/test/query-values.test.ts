// Values of named queries' parameters: each type's right and wrong ones, from a URL and from JSON, and the settings' bounds.
import { describe, expect, it } from 'vitest';
import { parseJson } from '../src/json/parser.ts';
import type { ParameterType, QueryDialect, QueryParameter } from '../src/queries/named-query.ts';
import { parameterSetting, readParameter } from '../src/queries/parameter-settings.ts';
import { compareDecimals, isDecimal } from '../src/queries/values/decimal.ts';
import { readValue } from '../src/queries/values/read-value.ts';
import { readJsonParameter } from '../src/sql/index.ts';

const dialect: QueryDialect = {
  compile: (text) => ({ text, names: [] }),
  assertReading: () => {},
  utcSuffix: 'Z',
};

function parameterOf(setting: unknown): QueryParameter {
  return readParameter('p', parameterSetting.parse(setting), dialect, (path, message) => {
    throw new Error(`${path.join('.')} ${message}`);
  });
}

function read(setting: unknown, raw: unknown, from: 'text' | 'json') {
  const got = readValue(parameterOf(setting), raw, { from, utcSuffix: 'Z', maxDepth: 5 });
  return 'value' in got ? readJsonParameter(got.value, 'p', { arrays: 'json' }) : `! ${got.fault}`;
}

const fromUrl = (setting: unknown, text: string) => read(setting, text, 'text');
/** As a body brings it. */
function fromJson(setting: unknown, json: string) {
  const { params } = parseJson(`{"params":{"p":${json}}}`, { maxDepth: 10, partsIn: 'params' }) as {
    params: { p: unknown };
  };
  return read(setting, params.p, 'json');
}

const FITTING: [type: ParameterType, text: string, value: unknown][] = [
  ['text', '', ''],
  ['text', "'; drop table ships; --", "'; drop table ships; --"],
  ['integer', '-9223372036854775808', -9_223_372_036_854_775_808n],
  ['integer', '9007199254740993', 9_007_199_254_740_993n],
  ['integer', '-0', 0],
  ['integer', '007', 7],
  ['number', '0.1000000000000000055511151231', '0.1000000000000000055511151231'],
  ['number', '12.50', 12.5],
  ['number', '1e400', '1e400'],
  ['boolean', 'true', true],
  ['boolean', 'false', false],
  ['date', '2024-02-29', '2024-02-29'],
  ['datetime', '2026-11-29 07:30', '2026-11-29T07:30:00'],
  ['datetime', '2026-11-29T07:30:00.123456', '2026-11-29T07:30:00.123456'],
  ['datetime', '2026-01-01T00:30:00.5+01:00', '2025-12-31T23:30:00.5Z'],
  ['datetime', '2026-01-01t00:30:00z', '2026-01-01T00:30:00Z'],
  ['uuid', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['json', '{"a": 9007199254740993}', '{"a": 9007199254740993}'],
  ['json', ' [1.10] ', ' [1.10] '],
  ['json', '"x"', '"x"'],
];

const UNFIT: [type: ParameterType, text: string][] = [
  ['text', 'a\0b'],
  ['integer', ''],
  ['integer', ' 1'],
  ['integer', '1.0'],
  ['integer', '1e3'],
  ['integer', '0x10'],
  ['integer', '9223372036854775808'],
  ['integer', '１'],
  ['number', 'NaN'],
  ['number', 'Infinity'],
  ['number', '.5'],
  ['number', '1e9999'],
  ['number', '1,5'],
  ['boolean', '1'],
  ['boolean', 'TRUE'],
  ['date', '2026-02-30'],
  ['date', '2026-2-3'],
  ['date', '0000-01-01'],
  ['date', '2026-01-01T00:00:00Z'],
  ['datetime', '2026-01-01'],
  ['datetime', '2026-01-01T24:00:00Z'],
  ['datetime', '2026-01-01T00:00:60Z'],
  ['datetime', '2026-01-01T00:00:00 02:00'],
  ['datetime', '0001-01-01T00:00:00+15:00'],
  ['datetime', 'now'],
  ['uuid', 'a0eebc999c0b4ef8bb6d6bb9bd380a11'],
  ['json', '{a:1}'],
  ['json', '{"a":1,"a":2}'],
  ['json', '[[[[[[1]]]]]]'],
];

describe('from the query string', () => {
  it.each(FITTING)('%s %s', (type, text, value) => expect(fromUrl(type, text)).toEqual(value));
  it.each(UNFIT)('%s refuses %j', (type, text) => expect(fromUrl(type, text)).toMatch(/^! must be/));
});

describe('from JSON', () => {
  it.each<[type: ParameterType, json: string, value: unknown]>([
    ['integer', '9007199254740993', 9_007_199_254_740_993n],
    ['integer', '"9007199254740993"', 9_007_199_254_740_993n],
    ['integer', '1e2', 100],
    ['number', '0.1000000000000000055511151231', '0.1000000000000000055511151231'],
    ['number', '1e21', '1e21'],
    ['boolean', 'true', true],
    ['json', '{"a": 9007199254740993}', '{"a": 9007199254740993}'],
    ['json', '"x"', '"x"'],
    ['json', '9007199254740993', '9007199254740993'],
    ['json', 'true', 'true'],
  ])('%s %s', (type, json, value) => expect(fromJson(type, json)).toEqual(value));

  it.each<[type: ParameterType, json: string]>([
    ['text', '1'],
    ['text', 'null'],
    ['text', '{"$base64":"AA=="}'],
    ['text', '["x"]'],
    ['integer', '1.5'],
    ['integer', '1e30'],
    ['integer', 'true'],
    ['boolean', '"true"'],
    ['boolean', '1'],
    ['date', '20260101'],
    ['json', 'null'],
  ])('%s refuses %s', (type, json) => expect(fromJson(type, json)).toMatch(/^! must/));

  it('takes null where the default is null', () => {
    expect(fromJson({ type: 'text', default: null }, 'null')).toBeNull();
  });
});

describe('bounds', () => {
  it.each<[setting: object, text: string, wrong: string]>([
    [{ type: 'integer', min: -5, max: 5 }, '-5', '-6'],
    [{ type: 'integer', max: '9007199254740993' }, '9007199254740993', '9007199254740994'],
    [{ type: 'number', max: 1 }, '1.0', '1.00000000000000000000001'],
    [{ type: 'number', min: '-1e-300' }, '-1e-301', '-1e-299'],
    [{ type: 'text', maxLength: 2 }, '😀😀', 'abc'],
    [{ type: 'text', pattern: '[a-z]+|x' }, 'abc', 'abc\n'],
    [{ type: 'text', enum: ['a', 'b'] }, 'b', 'A'],
    [{ type: 'integer', enum: [1, 2] }, '02', '3'],
    [{ type: 'json', maxLength: 4 }, '[12]', '[123]'],
  ])('%j', (setting, right, wrong) => {
    expect(String(fromUrl(setting, right))).not.toMatch(/^!/);
    expect(fromUrl(setting, wrong)).toMatch(/^! must/);
  });

  it('compare numbers digit by digit', () => {
    expect(compareDecimals('0.10', '1e-1')).toBe(0);
    expect(compareDecimals('-0', '0.0')).toBe(0);
    expect(compareDecimals('-2', '-1.9')).toBeLessThan(0);
    expect(compareDecimals('1e999', `1${'0'.repeat(399)}`)).toBeGreaterThan(0);
    expect(isDecimal(`1${'0'.repeat(400)}`)).toBe(false);
  });

  it('have defaults of the type, with their digits', () => {
    expect(parameterOf({ type: 'integer', default: 7 }).default).toBe(7);
    expect(parameterOf({ type: 'json', default: { a: [1] } }).default).toBe('{"a":[1]}');
    expect(parameterOf({ type: 'text', default: null }).default).toBeNull();
    expect(parameterOf('text').default).toBeUndefined();
    expect(() => parameterOf({ type: 'date', default: '2026-02-30' })).toThrow('default must be a date');
    expect(() => parameterOf({ type: 'boolean', maxLength: 3 })).toThrow(
      'maxLength is not for the type boolean',
    );
  });
});
