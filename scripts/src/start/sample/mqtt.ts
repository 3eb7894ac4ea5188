// The retained messages that the broker of `npm start` begins with: the last readings of four harbours.

interface Reading {
  readonly topic: string;
  readonly payload: string;
}

const HARBOURS = [
  { name: 'rotterdam', wind: '9 knots', tide: '1.4', state: '{"open":true,"berths":{"free":3,"all":12}}' },
  { name: 'bergen', wind: '17 knots', tide: '0.6', state: '{"open":true,"berths":{"free":1,"all":5}}' },
  { name: 'halifax', wind: '24 knots', tide: '1.1', state: '{"open":false,"reason":"fog"}' },
  { name: 'piraeus', wind: '6 knots', tide: '0.1', state: '{"open":true,"berths":{"free":7,"all":20}}' },
];

/** What whoever subscribes to `harbours/#` gets at once. */
export const READINGS: readonly Reading[] = HARBOURS.flatMap(({ name, wind, tide, state }) => [
  { topic: `harbours/${name}/wind`, payload: wind },
  { topic: `harbours/${name}/tide/metres`, payload: tide },
  { topic: `harbours/${name}/state`, payload: state },
]);
