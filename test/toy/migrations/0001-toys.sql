create table toy_lamps (
  id text primary key,
  project_id text not null,
  state text not null,
  task text,
  made integer not null default 0,
  fault text
);
