-- An application credential ends with a role that it lends, not with the user's others.
create or replace function identity_grant_ends() returns trigger language plpgsql as $$
begin
  delete from identity_application_credentials a using identity_application_credential_roles r
    where r.credential_id = a.id and r.role_id = old.role_id
      and a.user_id = old.user_id and a.project_id = old.project_id;
  return null;
end $$;
