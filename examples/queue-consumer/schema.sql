create table readings (
  id text primary key,
  taken timestamptz not null,
  station text not null,
  celsius numeric(4, 1) not null
);
