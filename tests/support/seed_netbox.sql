-- Puts recognisable secrets into a database that holds one of NetBox's public demo dumps (3.2 or
-- 4.2), with a change log of each: create, update and delete, as NetBox writes it. What is put in is
-- listed by seeded_values(): one value per line of `SELECT value FROM seeded_values()`.
--
-- Shapes of the log's JSON: an object change of NetBox 3.2.9 and 4.2 (extras/models/change_logging.py,
-- utilities/serialization.py): columns by name, references without _id, custom fields under
-- custom_fields, MAC addresses in upper case.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
BEGIN;
CREATE TEMP TABLE seeded (value text PRIMARY KEY);
CREATE FUNCTION pg_temp.seed(text) RETURNS text LANGUAGE sql AS
  $$ INSERT INTO pg_temp.seeded VALUES ($1) ON CONFLICT DO NOTHING; SELECT $1 $$;
CREATE FUNCTION pg_temp.word(i bigint, salt text) RETURNS text LANGUAGE sql AS
  $$ SELECT upper(left(md5(salt || i), 9)) $$;
CREATE TEMP VIEW the AS
SELECT EXISTS (SELECT FROM pg_tables WHERE tablename = 'users_user') AS new;

-- Versions differ in columns that may not be null: while this runs, each has a default.
CREATE FUNCTION pg_temp.defaults(word text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE c record;
BEGIN
  FOR c IN SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND is_nullable = 'NO' AND is_identity = 'NO' AND column_name <> 'id'
      AND data_type IN ('text', 'character varying', 'boolean', 'jsonb')
      AND table_name IN ('tenancy_contact', 'extras_configcontext', 'extras_webhook', 'wireless_wirelesslan', 'users_token',
                         'core_objectchange', 'extras_objectchange', 'social_auth_usersocialauth')
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I %s', c.table_name, c.column_name,
      CASE WHEN word = 'drop' THEN 'DROP DEFAULT' WHEN c.data_type = 'boolean' THEN 'SET DEFAULT false'
           WHEN c.data_type = 'jsonb' THEN 'SET DEFAULT ''{}''' ELSE 'SET DEFAULT ''''' END);
  END LOOP;
END $$;
SELECT pg_temp.defaults('set') \g /dev/null

-- hardware
UPDATE dcim_device SET serial = pg_temp.seed('SN' || pg_temp.word(id, 'sn')),
  asset_tag = pg_temp.seed('AT-' || pg_temp.word(id, 'at')),
  comments = E'Root password is ' || pg_temp.seed('Hunter2' || pg_temp.word(id, 'pw')) || E'\nask "Jane"\tC:\\cfg\\' || id,
  local_context_data = jsonb_build_object('snmp', jsonb_build_object('community', pg_temp.seed('Comm' || pg_temp.word(id, 'co'))));
UPDATE dcim_interface SET description = 'uplink to ' || pg_temp.seed('srv' || lower(pg_temp.word(id, 'de')) || '.corp.example') WHERE id % 5 = 0;
UPDATE ipam_ipaddress SET dns_name = pg_temp.seed('h' || lower(pg_temp.word(id, 'dn')) || '.corp.example') WHERE id % 2 = 0;
DO $$
BEGIN
  IF (SELECT new FROM pg_temp.the) THEN
    INSERT INTO extras_configcontext (id, name, weight, is_active, data, created, last_updated, description, data_path, auto_sync_enabled)
    SELECT 9001, 'seeded', 1000, true, jsonb_build_object('tacacs', pg_temp.seed('Tacacs' || pg_temp.word(1, 'ta')), 'é"\key', 1), now(), now(), 'x', '', false;
  ELSE
    INSERT INTO extras_configcontext (id, name, weight, is_active, data, created, last_updated, description)
    SELECT 9001, 'seeded', 1000, true, jsonb_build_object('tacacs', pg_temp.seed('Tacacs' || pg_temp.word(1, 'ta')), 'é"\key', 1), now(), now(), 'x';
  END IF;
END $$;
INSERT INTO tenancy_contact (id, name, title, phone, email, address, comments, custom_field_data, created, last_updated, link)
SELECT 9000 + i, pg_temp.seed('Jürgen Müller' || pg_temp.word(i, 'na')), 'Engineer', pg_temp.seed('+31 20 555 ' || 1000 + i * 7),
  pg_temp.seed('j.' || lower(pg_temp.word(i, 'em')) || '@corp.example'), pg_temp.seed(i || ' Street ' || pg_temp.word(i, 'st')), '', '{}', now(), now(), ''
FROM generate_series(1, 20) i;
DO $$
DECLARE new boolean := (SELECT the.new FROM pg_temp.the);
BEGIN
  IF new THEN
    INSERT INTO dcim_macaddress (id, created, last_updated, custom_field_data, description, comments, mac_address, assigned_object_id, assigned_object_type_id)
    SELECT 9000000 + i.id, now(), now(), '{}', '', '',
      pg_temp.seed('02:' || regexp_replace(left(md5('m' || i.id), 10), '(..)(..)(..)(..)(..)', '\1:\2:\3:\4:\5'))::macaddr,
      i.id, (SELECT id FROM django_content_type WHERE app_label = 'dcim' AND model = 'interface') FROM dcim_interface i;
    UPDATE users_user SET email = pg_temp.seed('u' || id || lower(pg_temp.word(id, 'ue')) || '@corp.example');
    INSERT INTO users_token (id, created, key, write_enabled, description, user_id)
    SELECT 9000 + i, now(), pg_temp.seed(left(md5('t' || i) || md5('u' || i), 40)), true, 'seeded', (SELECT min(id) FROM users_user) FROM generate_series(1, 5) i;
    INSERT INTO extras_webhook (id, name, payload_url, http_method, http_content_type, additional_headers, body_template, secret, ssl_verification, created, last_updated, custom_field_data, description)
    SELECT 9000 + i, 'hook ' || i, 'https://user:' || pg_temp.seed('UrlPw' || pg_temp.word(i, 'ur')) || '@hooks.corp.example/x', 'POST', 'application/json',
      'X-Auth: ' || pg_temp.seed('Hdr' || pg_temp.word(i, 'hd')), '', pg_temp.seed('HookSecret' || pg_temp.word(i, 'hs')), true, now(), now(), '{}', '' FROM generate_series(1, 5) i;
    INSERT INTO wireless_wirelesslan (id, created, last_updated, custom_field_data, ssid, description, auth_type, auth_cipher, auth_psk, status, comments)
    SELECT 9001, now(), now(), '{}', pg_temp.seed('ssid' || pg_temp.word(1, 'ss')), '', 'wpa-personal', 'aes', pg_temp.seed('Psk' || pg_temp.word(1, 'ps')), 'active', '';
  ELSE
    UPDATE dcim_interface SET mac_address = pg_temp.seed('02:' || regexp_replace(left(md5('m' || id), 10), '(..)(..)(..)(..)(..)', '\1:\2:\3:\4:\5'))::macaddr;
    UPDATE auth_user SET email = pg_temp.seed('u' || id || lower(pg_temp.word(id, 'ue')) || '@corp.example');
    INSERT INTO users_token (id, created, key, write_enabled, description, user_id)
    SELECT 9000 + i, now(), pg_temp.seed(left(md5('t' || i) || md5('u' || i), 40)), true, 'seeded', (SELECT min(id) FROM auth_user) FROM generate_series(1, 5) i;
    INSERT INTO extras_webhook (id, name, type_create, type_update, type_delete, payload_url, http_method, http_content_type, enabled, additional_headers, body_template, secret, ssl_verification, created, last_updated)
    SELECT 9000 + i, 'hook ' || i, true, true, false, 'https://user:' || pg_temp.seed('UrlPw' || pg_temp.word(i, 'ur')) || '@hooks.corp.example/x', 'POST', 'application/json', true,
      'X-Auth: ' || pg_temp.seed('Hdr' || pg_temp.word(i, 'hd')), '', pg_temp.seed('HookSecret' || pg_temp.word(i, 'hs')), true, now(), now() FROM generate_series(1, 5) i;
    INSERT INTO wireless_wirelesslan (id, created, last_updated, custom_field_data, ssid, description, auth_type, auth_cipher, auth_psk)
    SELECT 9001, now(), now(), '{}', pg_temp.seed('ssid' || pg_temp.word(1, 'ss')), '', 'wpa-personal', 'aes', pg_temp.seed('Psk' || pg_temp.word(1, 'ps'));
  END IF;
  IF EXISTS (SELECT FROM pg_tables WHERE tablename = 'social_auth_usersocialauth') THEN
    EXECUTE format('INSERT INTO social_auth_usersocialauth (id, provider, uid, user_id, created, modified, extra_data)
      SELECT 9000 + i, ''oidc'', pg_temp.seed(''sso'' || lower(pg_temp.word(i, ''so'')) || ''@corp.example''), (SELECT min(id) FROM %I), now(), now(),
      %s FROM generate_series(1, 3) i', CASE WHEN new THEN 'users_user' ELSE 'auth_user' END,
      CASE WHEN (SELECT data_type FROM information_schema.columns WHERE table_name = 'social_auth_usersocialauth' AND column_name = 'extra_data') = 'jsonb'
        THEN 'jsonb_build_object(''access_token'', pg_temp.seed(''Acc'' || pg_temp.word(i, ''ac'')))' ELSE '''{}''' END);
  END IF;
END $$;

-- the change log: create, update and delete of a device each, and of an object that is gone
DO $$
DECLARE log text := CASE WHEN (SELECT new FROM pg_temp.the) THEN 'core_objectchange' ELSE 'extras_objectchange' END;
BEGIN
  EXECUTE format($q$
    INSERT INTO %I (id, "time", user_name, request_id, action, changed_object_id, object_repr, prechange_data, postchange_data, changed_object_type_id)
    SELECT 1000 + d.id * 10 + k, now(), 'admin', gen_random_uuid(), (ARRAY['create','update','delete'])[k], d.id, left(coalesce(d.name, 'x') || ' (' || d.asset_tag || ')', 200),
      CASE k WHEN 1 THEN NULL ELSE j.data END, CASE k WHEN 3 THEN NULL ELSE j.data END,
      (SELECT id FROM django_content_type WHERE app_label = 'dcim' AND model = 'device')
    FROM dcim_device d, generate_series(1, 3) k,
      LATERAL (SELECT jsonb_build_object('name', d.name, 'serial', d.serial, 'asset_tag', d.asset_tag, 'comments', d.comments, 'site', d.site_id, 'status', d.status,
        'local_context_data', d.local_context_data, 'custom_fields', jsonb_build_object('pin', pg_temp.seed('Cf' || pg_temp.word(d.id, 'cf'))), 'tags', '[]'::jsonb,
        'unheard_of', jsonb_build_array(pg_temp.seed('Odd' || pg_temp.word(d.id, 'od')))) AS data) j
    $q$, log);
  EXECUTE format($q$
    INSERT INTO %I (id, "time", user_name, request_id, action, changed_object_id, object_repr, prechange_data, changed_object_type_id)
    SELECT 500, now(), 'admin', gen_random_uuid(), 'delete', 77777, pg_temp.seed('gone-' || lower(pg_temp.word(1, 'go'))),
      jsonb_build_object('name', pg_temp.seed('gone-' || lower(pg_temp.word(1, 'go'))), 'serial', pg_temp.seed('SNGONE' || pg_temp.word(1, 'gs'))),
      (SELECT id FROM django_content_type WHERE app_label = 'dcim' AND model = 'device')
    $q$, log);
  EXECUTE format($q$
    INSERT INTO %I (id, "time", user_name, request_id, action, changed_object_id, object_repr, postchange_data, changed_object_type_id)
    SELECT 100000 + w.id, now(), 'admin', gen_random_uuid(), 'create', w.id, w.name,
      jsonb_build_object('name', w.name, 'secret', w.secret, 'payload_url', w.payload_url, 'additional_headers', w.additional_headers),
      (SELECT id FROM django_content_type WHERE app_label = 'extras' AND model = 'webhook')
    FROM extras_webhook w WHERE w.id > 9000
    $q$, log);
  EXECUTE format($q$
    INSERT INTO %I (id, "time", user_name, request_id, action, changed_object_id, object_repr, postchange_data, changed_object_type_id)
    SELECT 200000 + i.id, now(), 'admin', gen_random_uuid(), 'update', i.id, i.name,
      jsonb_build_object('name', i.name, 'mac_address', upper(m.mac), 'description', i.description),
      (SELECT id FROM django_content_type WHERE app_label = 'dcim' AND model = 'interface')
    FROM dcim_interface i JOIN LATERAL (SELECT value AS mac FROM pg_temp.seeded WHERE value LIKE '02:%%' OFFSET i.id %% 500 LIMIT 1) m ON true
    $q$, log);
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT pg_temp.defaults('drop') \g /dev/null
COMMIT;
\copy (SELECT value FROM pg_temp.seeded ORDER BY 1) TO pstdout
