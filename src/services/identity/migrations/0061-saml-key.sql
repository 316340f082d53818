-- What assertions for other clouds are signed with where the operator gave no key: one for the cloud, made when it is first needed.
create table identity_saml_keys (
  one boolean primary key default true check (one),
  sealed text not null,
  certificate text not null,
  made_at timestamptz not null
);
