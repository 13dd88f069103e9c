-- The classic way with the rules of peer.pl: the dump is loaded, these statements run, the database is dumped.
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.p(v text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN v = '' THEN '' ELSE 'x' || left(md5('bench' || lower(v)), 12) END $$;
CREATE FUNCTION pg_temp.m(v text) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT '02:' || regexp_replace(left(md5('bench' || lower(v)), 10), '(..)(..)(..)(..)(..)', '\1:\2:\3:\4:\5') $$;
CREATE FUNCTION pg_temp.log(v jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_object_agg(key, CASE
    WHEN jsonb_typeof(value) = 'string' AND key = 'mac_address' THEN to_jsonb(pg_temp.m(value #>> '{}'))
    WHEN jsonb_typeof(value) = 'string' AND key IN ('name', 'serial', 'asset_tag', 'address', 'email', 'phone', 'dns_name') THEN to_jsonb(pg_temp.p(value #>> '{}'))
    WHEN key IN ('comments', 'description', 'community', 'secret', 'additional_headers') THEN '""'
    WHEN key = 'custom_fields' THEN '{}' ELSE value END) FROM jsonb_each(v) $$;
DELETE FROM django_session;
DELETE FROM extras_cachedvalue;
DELETE FROM users_token;
DELETE FROM core_job;
UPDATE dcim_device SET name = pg_temp.p(name), serial = pg_temp.p(serial), asset_tag = pg_temp.p(asset_tag), comments = '', description = '',
  local_context_data = NULL, custom_field_data = '{}';
UPDATE dcim_interface SET description = '' WHERE description <> '';
UPDATE dcim_macaddress SET mac_address = pg_temp.m(mac_address::text)::macaddr;
UPDATE ipam_ipaddress SET dns_name = pg_temp.p(dns_name), description = '', comments = '',
  address = ('10.' || (hashtext(address::text) & 255) || '.' || (hashtext('b' || address::text) & 255) || '.' || (hashtext('c' || address::text) & 255) || '/24')::inet;
UPDATE users_user SET username = pg_temp.p(username), email = pg_temp.p(email), first_name = '', last_name = '', password = '';
UPDATE tenancy_contact SET name = pg_temp.p(name), phone = pg_temp.p(phone), email = pg_temp.p(email), address = '', comments = '';
UPDATE extras_webhook SET secret = '', additional_headers = '';
UPDATE extras_journalentry SET comments = '';
UPDATE core_objectchange SET user_name = pg_temp.p(user_name), object_repr = pg_temp.p(object_repr),
  prechange_data = pg_temp.log(prechange_data), postchange_data = pg_temp.log(postchange_data);
