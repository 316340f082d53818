create table bench_counters (
  id text primary key,
  count integer not null
);
create table bench_steps (
  id text not null
);
