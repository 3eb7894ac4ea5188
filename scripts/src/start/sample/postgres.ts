// The sample database of `npm start`: harbours, ships and their calls. Made by SQL alone, the same on every start.

/** The named queries of `npm start`, as `FAIRLEAD_QUERIES` has them. */
export const QUERIES = {
  'ships-of': {
    connection: 'main',
    description: 'The ships of a harbour, by name.',
    sql: `select s.name, s.kind, s.built from ships s join harbours h on h.id = s.home
      where h.name = :harbour and s.built >= :since::int order by s.name`,
    params: {
      harbour: { type: 'text', maxLength: 40, default: 'Rotterdam', description: 'Where they are at home' },
      since: {
        type: 'integer',
        min: 1800,
        default: 1900,
        description: 'The year they were built in, or later',
      },
    },
    cacheSeconds: 60,
    listed: true,
  },
  'deep-harbours': {
    connection: 'main',
    sql: 'select name, country, depth_m from harbours where depth_m > :metres::numeric order by depth_m',
    params: { metres: { type: 'number', default: 16, description: 'How deep they are at least' } },
    readOnly: true,
  },
};

/** Creates and fills the tables: 12 harbours, 40 ships, 600 calls. */
export const SAMPLE = `
CREATE TABLE harbours (
  id int PRIMARY KEY,
  name text NOT NULL UNIQUE,
  country text NOT NULL,
  depth_m numeric(4,1) NOT NULL,
  position point NOT NULL
);
INSERT INTO harbours VALUES
  (1, 'Rotterdam', 'NL', 24.0, '(51.95,4.14)'), (2, 'Antwerp', 'BE', 17.5, '(51.28,4.32)'),
  (3, 'Hamburg', 'DE', 16.0, '(53.53,9.97)'), (4, 'Bergen', 'NO', 11.0, '(60.40,5.32)'),
  (5, 'Piraeus', 'GR', 19.5, '(37.94,23.63)'), (6, 'Valletta', 'MT', 15.5, '(35.90,14.52)'),
  (7, 'Gdańsk', 'PL', 17.0, '(54.40,18.67)'), (8, 'Halifax', 'CA', 16.8, '(44.65,-63.57)'),
  (9, 'Lisboa', 'PT', 12.5, '(38.70,-9.17)'), (10, 'Tórshavn', 'FO', 12.8, '(62.01,-6.77)'),
  (11, 'Yokohama', 'JP', 18.0, '(35.45,139.65)'), (12, 'Valparaíso', 'CL', 13.8, '(-33.03,-71.63)');

CREATE TABLE ships (
  id int PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  built int NOT NULL,
  tonnage bigint NOT NULL,
  home int NOT NULL REFERENCES harbours
);
INSERT INTO ships
SELECT n,
  (ARRAY['Aurora','Bonita','Cormorant','Dunlin','Eider','Fulmar','Gannet','Heron'])[1 + n % 8] || ' ' || (1 + n / 8),
  (ARRAY['container','tanker','ferry','trawler','tug'])[1 + n % 5],
  1990 + (n * 7) % 34,
  900 + (n * n * 311) % 200000,
  1 + n % 12
FROM generate_series(1, 40) AS n;

CREATE TABLE calls (
  id int PRIMARY KEY,
  ship int NOT NULL REFERENCES ships,
  harbour int NOT NULL REFERENCES harbours,
  arrived timestamptz NOT NULL,
  hours numeric(5,2) NOT NULL,
  cargo jsonb NOT NULL
);
INSERT INTO calls
SELECT n, 1 + n % 40, 1 + (n * 5) % 12,
  timestamptz '2026-01-01 00:00Z' + n * interval '9 hours 17 minutes',
  (n * 13) % 96 + 0.25,
  jsonb_build_object('tons', (n * 37) % 900, 'goods', (ARRAY['grain','timber','cars','ore','fish'])[1 + n % 5])
FROM generate_series(1, 600) AS n;
`;
