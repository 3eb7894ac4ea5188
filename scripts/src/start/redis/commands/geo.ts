// Places as sorted sets: the score is a geohash of 52 bits. After Redis' geo.c and geohash.c, in the same figures.
import { type Commands, float, integer, syntaxError } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, Double, type Reply } from '../reply.ts';
import { add } from './sorted-sets/add.ts';
import { read, store } from './sorted-sets/members.ts';

type Place = readonly [longitude: number, latitude: number];

const EARTH_METRES = 6372797.560856;
/** What Web Mercator shows. */
const LATITUDE = 85.05112878;
const STEPS = 26;
const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz';
const METRES: Readonly<Record<string, number>> = { M: 1, KM: 1000, FT: 0.3048, MI: 1609.34 };

function hash([longitude, latitude]: Place, maxLatitude = LATITUDE): bigint {
  const cell = (value: number, max: number) => BigInt(Math.floor(((value + max) / (2 * max)) * 2 ** STEPS));
  const x = cell(longitude, 180);
  const y = cell(latitude, maxLatitude);
  let bits = 0n;
  for (let i = BigInt(STEPS) - 1n; i >= 0n; i--)
    bits = (bits << 2n) | (((x >> i) & 1n) << 1n) | ((y >> i) & 1n);
  return bits;
}

/** The middle of the cell. */
function place(score: number): Place {
  const bits = BigInt(score);
  let x = 0n;
  let y = 0n;
  for (let i = BigInt(STEPS) - 1n; i >= 0n; i--) {
    x = (x << 1n) | ((bits >> (2n * i + 1n)) & 1n);
    y = (y << 1n) | ((bits >> (2n * i)) & 1n);
  }
  // Rounded where Redis rounds.
  const edge = (cell: bigint, max: number) => -max + (Number(cell) / 2 ** STEPS) * (2 * max);
  const middle = (cell: bigint, max: number) => (edge(cell, max) + edge(cell + 1n, max)) / 2;
  return [middle(x, 180), middle(y, LATITUDE)];
}

function metres([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const u = Math.sin(radians(lat2 - lat1) / 2);
  const v = Math.sin(radians(lon2 - lon1) / 2);
  const a = u * u + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * v * v;
  return 2 * EARTH_METRES * Math.asin(Math.sqrt(a));
}

function unit(text = ''): number {
  const value = Object.hasOwn(METRES, text.toUpperCase()) ? METRES[text.toUpperCase()] : undefined;
  if (value === undefined) throw new CommandError('ERR unsupported unit provided. please use M, KM, FT, MI');
  return value;
}

function readPlace(longitude: string | undefined, latitude: string | undefined): Place {
  const [x, y] = [float(longitude), float(latitude)];
  if (Math.abs(x) > 180 || Math.abs(y) > LATITUDE) {
    throw new CommandError(`ERR invalid longitude,latitude pair ${x.toFixed(6)},${y.toFixed(6)}`);
  }
  return [x, y];
}

function addPlaces(db: Keyspace, [key = '', ...words]: string[]): Reply {
  const first = words.findIndex((word) => !/^(nx|xx|ch)$/i.test(word));
  const flags = words.splice(0, Math.max(0, first));
  if (!words.length || words.length % 3) throw syntaxError();
  const entries: string[] = [];
  for (let i = 0; i < words.length; i += 3) {
    entries.push(String(hash(readPlace(words[i], words[i + 1]))), words[i + 2] ?? '');
  }
  return add(db, [key, ...flags, ...entries]);
}

function distance(db: Keyspace, [key = '', a = '', b = '', inUnit = 'm']: string[]): Reply {
  const [from, to] = [read(db, key).get(a), read(db, key).get(b)];
  const scale = unit(inUnit);
  return from === undefined || to === undefined ? null : (metres(place(from), place(to)) / scale).toFixed(4);
}

/** The usual text of a geohash, whose latitudes go to the poles. Of its 55 bits Redis knows 52. */
function hashText(score: number): string {
  const bits = hash(place(score), 90);
  const letter = (i: number) => (i === 10 ? 0 : Number((bits >> BigInt(52 - (i + 1) * 5)) & 31n));
  return Array.from({ length: 11 }, (_, i) => ALPHABET[letter(i)]).join('');
}

const coordinates = (at: Place): Reply => at.map((value) => new Double(value));

interface Search {
  centre?: Place;
  inside?: (at: Place, centre: Place) => boolean;
  scale: number;
  order?: 'ASC' | 'DESC';
  count?: number;
  readonly flags: Set<string>;
}

function box(width: number, height: number): NonNullable<Search['inside']> {
  return (at, centre) =>
    metres([at[0], centre[1]], [at[0], at[1]]) <= height / 2 && metres([centre[0], at[1]], at) <= width / 2;
}

function readSearch(
  set: Map<string, number>,
  words: readonly string[],
  flagNames: readonly string[],
): Search {
  const search: Search = { scale: 1, flags: new Set() };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]?.toUpperCase() ?? '';
    if (word === 'FROMMEMBER') {
      const score = set.get(words[++i] ?? '');
      if (score === undefined) throw new CommandError('ERR could not decode requested zset member');
      search.centre = place(score);
    } else if (word === 'FROMLONLAT') search.centre = readPlace(words[++i], words[++i]);
    else if (word === 'BYRADIUS') {
      const radius = float(words[++i]);
      search.scale = unit(words[++i]);
      search.inside = (at, centre) => metres(at, centre) <= radius * search.scale;
    } else if (word === 'BYBOX') {
      const [width, height] = [float(words[++i]), float(words[++i])];
      search.scale = unit(words[++i]);
      search.inside = box(width * search.scale, height * search.scale);
    } else if (word === 'ASC' || word === 'DESC') search.order = word;
    else if (word === 'COUNT') {
      search.count = integer(words[++i]);
      if (search.count < 1) throw new CommandError('ERR COUNT must be > 0');
    } else if (flagNames.includes(word)) search.flags.add(word);
    else if (word !== 'ANY' || search.count === undefined) throw syntaxError();
  }
  return search;
}

interface Found {
  readonly member: string;
  readonly score: number;
  readonly at: Place;
  readonly metres: number;
}

function find(set: Map<string, number>, { centre, inside, order, count }: Search): Found[] {
  if (!centre)
    throw new CommandError('ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch');
  if (!inside) throw new CommandError('ERR exactly one of BYRADIUS and BYBOX can be specified for geosearch');
  const found = [...set]
    .map(([member, score]) => ({ member, score, at: place(score) }))
    .filter(({ at }) => inside(at, centre))
    .map((each) => ({ ...each, metres: metres(each.at, centre) }));
  const sign = order === 'DESC' ? -1 : 1;
  if (order || count !== undefined) found.sort((a, b) => sign * (a.metres - b.metres));
  else found.sort((a, b) => a.score - b.score);
  return found.slice(0, count);
}

function search(db: Keyspace, [key = '', ...words]: string[]): Reply {
  const options = readSearch(read(db, key), words, ['WITHCOORD', 'WITHDIST', 'WITHHASH']);
  const { flags, scale } = options;
  return find(read(db, key), options).map(({ member, score, at, metres: far }): Reply => {
    if (!flags.size) return member;
    const distanceText = flags.has('WITHDIST') ? [(far / scale).toFixed(4)] : [];
    const where = flags.has('WITHCOORD') ? [coordinates(at)] : [];
    return [member, ...distanceText, ...(flags.has('WITHHASH') ? [score] : []), ...where];
  });
}

function searchAndStore(db: Keyspace, [target = '', key = '', ...words]: string[]): number {
  const options = readSearch(read(db, key), words, ['STOREDIST']);
  const found = find(read(db, key), options);
  const byDistance = options.flags.has('STOREDIST');
  return store(
    db,
    target,
    found.map(({ member, score, metres: far }) => [member, byDistance ? far / options.scale : score]),
  );
}

/** For each member: what `how` makes of its score, or null. */
function each(db: Keyspace, [key = '', ...members]: string[], how: (score: number) => Reply): Reply {
  return members.map((member) => {
    const score = read(db, key).get(member);
    return score === undefined ? null : how(score);
  });
}

/** GEOADD, GEOSEARCH and their family. */
export const geo: Commands = {
  GEOADD: { arity: -5, run: addPlaces },
  GEODIST: { arity: -4, run: distance },
  GEOHASH: { arity: -2, run: (db, args) => each(db, args, hashText) },
  GEOPOS: { arity: -2, run: (db, args) => each(db, args, (score) => coordinates(place(score))) },
  GEOSEARCH: { arity: -7, run: search },
  GEOSEARCHSTORE: { arity: -8, run: searchAndStore },
};
