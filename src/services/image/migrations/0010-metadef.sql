-- Metadata definitions: what the keys that people put on images, volumes, flavors and servers mean.
create table image_namespaces (
  id text primary key,
  namespace text not null unique,
  display_name text,
  description text,
  visibility text not null check (visibility in ('public', 'private')),
  protected boolean not null,
  owner text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on image_namespaces (created_at, id);

-- Objects, properties and tags of a namespace; the body is what the API shows of one beside its name.
create table image_definitions (
  id text primary key,
  namespace_id text not null references image_namespaces (id) on delete cascade,
  kind text not null check (kind in ('object', 'property', 'tag')),
  name text not null,
  body jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index image_definitions_name on image_definitions (namespace_id, kind, (case kind when 'tag' then lower(name) else name end));

create table image_resource_types (
  name text primary key,
  protected boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table image_associations (
  namespace_id text not null references image_namespaces (id) on delete cascade,
  name text not null references image_resource_types (name),
  prefix text,
  properties_target text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (namespace_id, name)
);

insert into image_resource_types (name, protected, created_at, updated_at)
select name, true, now(), now()
from unnest(array['OS::Glance::Image', 'OS::Cinder::Volume', 'OS::Nova::Flavor', 'OS::Nova::Aggregate', 'OS::Nova::Server',
  'OS::Nova::Instance', 'OS::Cinder::Snapshot', 'OS::Trove::Instance']) as name;
