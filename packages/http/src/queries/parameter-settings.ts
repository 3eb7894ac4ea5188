// A parameter's entry in FAIRLEAD_QUERIES: its type, and bounds that suit the type. Messages hold no value.
import { z } from 'zod';
import { JsonNumber, jsonDigits } from '../json/digits.ts';
import { JsonPart } from '../json/parser.ts';
import { jsonText } from '../json/text.ts';
import type { ParameterType, QueryDialect, QueryParameter } from './named-query.ts';
import { isDecimal } from './values/decimal.ts';
import { readValue, type ValueReading } from './values/read-value.ts';

const MAX_CHARACTERS = 67_108_864;
const MAX_DEPTH = 64;

const TYPES = [
  'text',
  'integer',
  'number',
  'boolean',
  'date',
  'datetime',
  'uuid',
  'json',
] as const satisfies ParameterType[];

/** With all its digits; in quotes, where JavaScript would round it. */
const number = z.union([z.string(), jsonDigits]);

/** The members of a parameter's entry. */
export const parameterObject = z.strictObject({
  type: z.enum(TYPES),
  description: z.string().max(1000).optional(),
  default: z.unknown().optional(),
  enum: z.array(number).min(1).max(1000).optional(),
  min: number.optional(),
  max: number.optional(),
  maxLength: z.int().min(1).max(MAX_CHARACTERS).optional(),
  pattern: z.string().min(1).max(1000).optional(),
});

/** A parameter's entry, of the right shape. */
export type ParameterSetting = z.output<typeof parameterObject>;

/** The type alone is an entry too. */
export function withType(entry: unknown): unknown {
  return typeof entry === 'string' ? { type: entry } : entry;
}

/** A parameter's entry: the type alone, or an object. */
export const parameterSetting = z.preprocess(withType, parameterObject);

const BOUNDS = ['enum', 'min', 'max', 'maxLength', 'pattern'] as const;
type Bound = (typeof BOUNDS)[number];

/** Which bounds a type can have. */
const BOUNDS_OF: Readonly<Record<ParameterType, readonly Bound[]>> = {
  text: ['enum', 'maxLength', 'pattern'],
  integer: ['enum', 'min', 'max'],
  number: ['enum', 'min', 'max'],
  boolean: [],
  date: ['enum'],
  datetime: [],
  uuid: [],
  json: ['maxLength'],
};

/**
 * The parameter of an entry.
 * @param refuse Is told what is wrong with the entry, and where in it.
 */
export function readParameter(
  name: string,
  { default: preset, enum: values, min, max, pattern, ...setting }: ParameterSetting,
  { utcSuffix }: Pick<QueryDialect, 'utcSuffix'>,
  refuse: (path: readonly PropertyKey[], message: string) => void,
): QueryParameter {
  const given = { enum: values, min, max, maxLength: setting.maxLength, pattern };
  for (const bound of BOUNDS)
    if (given[bound] !== undefined && !BOUNDS_OF[setting.type].includes(bound))
      refuse([bound], `is not for the type ${setting.type}`);
  const limit = (bound: 'min' | 'max', value: string | number | undefined) => {
    if (value === undefined || isDecimal(String(value))) return value === undefined ? value : String(value);
    refuse([bound], 'is not a number that can be compared');
    return undefined;
  };
  const parameter: QueryParameter = {
    ...setting,
    name,
    min: limit('min', min),
    max: limit('max', max),
    pattern: pattern === undefined ? undefined : readPattern(pattern, refuse),
    enum: values?.map(String),
  };
  if (preset === undefined) return parameter;
  if (preset === null) return { ...parameter, default: null };
  const reading: ValueReading = { from: 'json', utcSuffix, maxDepth: MAX_DEPTH };
  const read = readValue(parameter, asParsed(preset), reading);
  if ('value' in read) return { ...parameter, default: read.value };
  refuse(['default'], read.fault);
  return parameter;
}

function readPattern(pattern: string, refuse: (path: readonly PropertyKey[], message: string) => void) {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    refuse(['pattern'], 'is not a regular expression of JavaScript');
    return undefined;
  }
}

/** A setting's value as a request's body would bring it. */
function asParsed(value: unknown): unknown {
  const isWhole = typeof value !== 'object' || value === null || value instanceof JsonNumber;
  return isWhole ? value : new JsonPart(value, jsonText(value));
}
