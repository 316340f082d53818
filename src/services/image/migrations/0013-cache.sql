-- Images whose bytes are kept near at hand, or are to be.
create table image_cached (
  image_id text primary key,
  state text not null check (state in ('queued', 'cached')),
  size bigint not null,
  hits bigint not null,
  -- When it was brought in, and when it was last read.
  modified_at timestamptz not null,
  accessed_at timestamptz not null
);
