-- Clients give these moments to the microsecond and want them back so.
alter table identity_application_credentials drop column expires_at, add column expires_us bigint;
alter table identity_trusts drop column expires_at, add column expires_us bigint;
