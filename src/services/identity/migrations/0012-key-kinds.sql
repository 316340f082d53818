alter table identity_keys add column kind text not null default 'fernet' check (kind in ('fernet', 'jws'));
alter table identity_keys alter column kind drop default;
