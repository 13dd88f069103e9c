-- Puts recognisable secrets into a database of NetBox, whatever its release: a table or column that is not there is
-- passed over. Then writes a change log of them: create, update and delete of each object, as NetBox writes it. What was
-- put in is printed, one value per line.
--
-- Shapes of the log's JSON: an object change of NetBox 3.2.9 and 4.2 (extras/models/change_logging.py,
-- utilities/serialization.py): columns by name, references without _id, custom fields under custom_fields, no private
-- columns, MAC addresses in upper case.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SET timezone = 'UTC';
BEGIN;
CREATE TEMP TABLE seeded (value text PRIMARY KEY);
CREATE FUNCTION pg_temp.seed(text) RETURNS text LANGUAGE sql AS
  $$ INSERT INTO pg_temp.seeded VALUES ($1) ON CONFLICT DO NOTHING; SELECT $1 $$;
-- Nine capital hexadecimal digits: another word for each number and salt.
CREATE FUNCTION pg_temp.word(i bigint, salt text) RETURNS text LANGUAGE sql AS
  $$ SELECT upper(left(md5(salt || i), 9)) $$;
CREATE FUNCTION pg_temp.mac(i bigint) RETURNS text LANGUAGE sql AS
  $$ SELECT '02:' || regexp_replace(left(md5('m' || i), 10), '(..)(..)(..)(..)(..)', '\1:\2:\3:\4:\5') $$;

-- Sets a column of all rows (or of those with `condition`), where there is such a column.
CREATE FUNCTION pg_temp.fill(tab text, col text, expression text, condition text DEFAULT 'true') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM information_schema.columns WHERE table_schema = 'public' AND table_name = tab AND column_name = col) THEN
    EXECUTE format('UPDATE %I SET %I = %s WHERE %s', tab, col, expression, condition);
  END IF;
END $$;

-- Adds a row: of `given` the columns that there are; what may not be null and is not given gets nothing of its type.
CREATE FUNCTION pg_temp.put(tab text, given jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE names text; all_given jsonb := given; c record;
BEGIN
  IF to_regclass('public.' || tab) IS NULL THEN RETURN; END IF;
  FOR c IN SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public' AND table_name = tab LOOP
    CONTINUE WHEN given ? c.column_name OR c.is_nullable = 'YES';
    all_given := all_given || jsonb_build_object(c.column_name, CASE c.data_type
      WHEN 'boolean' THEN 'false'::jsonb WHEN 'jsonb' THEN '{}' WHEN 'timestamp with time zone' THEN to_jsonb(now())
      WHEN 'uuid' THEN to_jsonb(gen_random_uuid()) WHEN 'text' THEN '""' WHEN 'character varying' THEN '""' ELSE '0' END);
  END LOOP;
  SELECT string_agg(quote_ident(column_name), ', ') INTO names FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = tab AND all_given ? column_name;
  EXECUTE format('INSERT INTO %I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM jsonb_populate_record(NULL::%I, $1)', tab, names, names, tab)
    USING all_given;
END $$;
CREATE FUNCTION pg_temp.type_of(app text, name text) RETURNS int LANGUAGE sql AS
  $$ SELECT id FROM django_content_type WHERE app_label = app AND model = name $$;
CREATE FUNCTION pg_temp.users() RETURNS text LANGUAGE sql AS
  $$ SELECT CASE WHEN to_regclass('public.users_user') IS NULL THEN 'auth_user' ELSE 'users_user' END $$;
CREATE FUNCTION pg_temp.first_user() RETURNS int LANGUAGE plpgsql AS $$
DECLARE found int;
BEGIN
  EXECUTE format('SELECT min(id) FROM %I', pg_temp.users()) INTO found;
  RETURN found;
END $$;

-- people
SELECT pg_temp.fill(pg_temp.users(), 'username', $$pg_temp.seed('usr' || lower(pg_temp.word(id, 'un')))$$),
  pg_temp.fill(pg_temp.users(), 'email', $$pg_temp.seed('u' || id || lower(pg_temp.word(id, 'ue')) || '@corp.example')$$),
  pg_temp.fill(pg_temp.users(), 'last_name', $$pg_temp.seed('Ångström' || pg_temp.word(id, 'ln'))$$),
  pg_temp.fill(pg_temp.users(), 'password', $$'pbkdf2_sha256$260000$' || pg_temp.seed('salt' || pg_temp.word(id, 'sa')) || '$' || pg_temp.seed(md5('hash' || id))$$),
  pg_temp.put('tenancy_contact', jsonb_build_object('id', 9000 + i, 'name', pg_temp.seed('Jürgen Müller' || pg_temp.word(i, 'na')), 'title', 'Engineer',
    'phone', pg_temp.seed('+31 20 555 ' || 1000 + i * 7), 'email', pg_temp.seed('j.' || lower(pg_temp.word(i, 'em')) || '@corp.example'),
    'address', pg_temp.seed(i || ' Street ' || pg_temp.word(i, 'st')))) FROM generate_series(1, 20) i \g /dev/null
-- what opens something
SELECT pg_temp.put('users_token', jsonb_build_object('id', 9000 + i, 'key', pg_temp.seed(left(md5('t' || i) || md5('u' || i), 40)), 'write_enabled', true,
    'description', 'seeded', 'user_id', pg_temp.first_user())),
  pg_temp.put('extras_webhook', jsonb_build_object('id', 9000 + i, 'name', 'hook ' || i, 'http_method', 'POST', 'http_content_type', 'application/json', 'enabled', true,
    'type_create', true, 'ssl_verification', true, 'payload_url', 'https://user:' || pg_temp.seed('UrlPw' || pg_temp.word(i, 'ur')) || '@hooks.corp.example/' || i,
    'additional_headers', 'X-Auth: ' || pg_temp.seed('Hdr' || pg_temp.word(i, 'hd')), 'secret', pg_temp.seed('HookSecret' || pg_temp.word(i, 'hs')))),
  pg_temp.put('wireless_wirelesslan', jsonb_build_object('id', 9000 + i, 'ssid', pg_temp.seed('ssid' || pg_temp.word(i, 'ss')), 'auth_type', 'wpa-personal',
    'auth_cipher', 'aes', 'auth_psk', pg_temp.seed('Psk' || pg_temp.word(i, 'ps')), 'status', 'active')),
  pg_temp.put('ipam_fhrpgroup', jsonb_build_object('id', 9000 + i, 'group_id', i, 'protocol', 'vrrp2', 'auth_type', 'md5', 'auth_key', pg_temp.seed('Fhrp' || pg_temp.word(i, 'fh')))),
  pg_temp.put('social_auth_usersocialauth', jsonb_build_object('id', 9000 + i, 'provider', 'oidc', 'uid', pg_temp.seed('sso' || lower(pg_temp.word(i, 'so')) || '@corp.example'),
    'user_id', pg_temp.first_user(), 'extra_data', jsonb_build_object('access_token', pg_temp.seed('Acc' || pg_temp.word(i, 'ac'))))),
  pg_temp.put('extras_configcontext', jsonb_build_object('id', 9000 + i, 'name', 'seeded ' || i, 'weight', 1000, 'is_active', true, 'data', jsonb_build_object(
    'tacacs', pg_temp.seed('Tacacs' || pg_temp.word(i, 'ta')), 'é"\key', 1, 'snmp', jsonb_build_array(jsonb_build_object('community', pg_temp.seed('Ro' || pg_temp.word(i, 'ro')))))))
  FROM generate_series(1, 5) i \g /dev/null
-- hardware and network
SELECT pg_temp.fill('dcim_device', 'serial', $$pg_temp.seed('SN' || pg_temp.word(id, 'sn'))$$),
  pg_temp.fill('dcim_device', 'asset_tag', $$pg_temp.seed('AT-' || pg_temp.word(id, 'at'))$$),
  pg_temp.fill('dcim_device', 'name', $$pg_temp.seed(lower('sw' || pg_temp.word(id, 'nm') || '.corp.example'))$$, 'name IS NOT NULL'),
  pg_temp.fill('dcim_device', '_name', $$regexp_replace(name, 'never', '')$$, 'name IS NOT NULL'),
  pg_temp.fill('dcim_device', 'comments', $$E'Root password is ' || pg_temp.seed('Hunter2' || pg_temp.word(id, 'pw')) || E'\nask "Jane"\tC:\\cfg\\' || id$$),
  pg_temp.fill('dcim_device', 'local_context_data', $$jsonb_build_object('snmp', jsonb_build_object('community', pg_temp.seed('Comm' || pg_temp.word(id, 'co'))))$$),
  pg_temp.fill('dcim_device', 'custom_field_data', $$jsonb_build_object('pin', pg_temp.seed('Cf' || pg_temp.word(id, 'cf')))$$),
  pg_temp.fill('dcim_interface', 'description', $$'uplink to ' || pg_temp.seed('srv' || lower(pg_temp.word(id, 'de')) || '.corp.example')$$, 'id % 5 = 0'),
  pg_temp.fill('dcim_interface', 'mac_address', $$pg_temp.seed(pg_temp.mac(id))::macaddr$$, 'id % 3 = 0'),
  pg_temp.fill('dcim_macaddress', 'mac_address', $$pg_temp.seed(pg_temp.mac(id))::macaddr$$),
  pg_temp.fill('ipam_ipaddress', 'dns_name', $$pg_temp.seed('h' || lower(pg_temp.word(id, 'dn')) || '.corp.example')$$, 'id % 2 = 0'),
  pg_temp.fill('circuits_circuit', 'cid', $$pg_temp.seed('CID' || pg_temp.word(id, 'ci'))$$) \g /dev/null
SELECT pg_temp.put('dcim_macaddress', jsonb_build_object('id', 9000000 + i.id, 'mac_address', pg_temp.seed(pg_temp.mac(i.id)), 'assigned_object_id', i.id,
    'assigned_object_type_id', pg_temp.type_of('dcim', 'interface'))) FROM (SELECT id FROM dcim_interface ORDER BY id LIMIT 300) i \g /dev/null
-- what remembers them: search cache, sessions, jobs, journal
SELECT pg_temp.put('extras_cachedvalue', jsonb_build_object('id', gen_random_uuid(), 'object_id', d.id, 'field', 'serial', 'type', 'str', 'value', d.serial,
    'weight', 60, 'object_type_id', pg_temp.type_of('dcim', 'device'))),
  pg_temp.put('extras_journalentry', jsonb_build_object('id', 9000000 + d.id, 'assigned_object_id', d.id, 'assigned_object_type_id', pg_temp.type_of('dcim', 'device'),
    'kind', 'info', 'comments', 'swapped ' || d.serial || ' for ' || pg_temp.seed('SNEW' || pg_temp.word(d.id, 'nw')))),
  pg_temp.put('core_job', jsonb_build_object('id', 9000000 + d.id, 'name', 'report', 'status', 'completed', 'job_id', gen_random_uuid(), 'data', jsonb_build_object('found', d.serial))),
  pg_temp.put('extras_jobresult', jsonb_build_object('id', 9000000 + d.id, 'name', 'report', 'status', 'completed', 'job_id', gen_random_uuid(), 'data', jsonb_build_object('found', d.serial),
    'obj_type_id', pg_temp.type_of('dcim', 'device')))
  FROM (SELECT id, serial FROM dcim_device ORDER BY id LIMIT 20) d \g /dev/null
SELECT pg_temp.put('django_session', jsonb_build_object('session_key', pg_temp.seed(md5('session')), 'session_data', pg_temp.seed(md5('data') || ':1oR'))) \g /dev/null

-- The change log: create, update and delete of each of these objects, by the user whose turn it is.
CREATE FUNCTION pg_temp.log(app text, model text, repr text, condition text DEFAULT 'true') RETURNS void LANGUAGE plpgsql AS $$
DECLARE log text := CASE WHEN to_regclass('public.core_objectchange') IS NULL THEN 'extras_objectchange' ELSE 'core_objectchange' END;
DECLARE next bigint;
BEGIN
  IF to_regclass(format('public.%s_%s', app, model)) IS NULL OR pg_temp.type_of(app, model) IS NULL THEN RETURN; END IF;
  EXECUTE format('SELECT 1 + coalesce(max(id), 0) FROM %I', log) INTO next;
  EXECUTE format($q$
    INSERT INTO %1$I (id, "time", user_name, request_id, action, changed_object_id, object_repr, prechange_data, postchange_data, changed_object_type_id)
    SELECT %2$s + 3 * row_number() OVER (ORDER BY t.id) + k, now(), u.username, gen_random_uuid(), (ARRAY['create', 'update', 'delete'])[k], t.id, left(%3$s, 200),
      CASE k WHEN 1 THEN NULL ELSE j.data END, CASE k WHEN 3 THEN NULL ELSE j.data END, pg_temp.type_of(%4$L, %5$L)
    FROM %4$s_%5$s t, generate_series(1, 3) k, LATERAL (SELECT username FROM %6$I ORDER BY (id + t.id) %% 7, id LIMIT 1) u, LATERAL (
      SELECT jsonb_object_agg(CASE WHEN key = 'custom_field_data' THEN 'custom_fields' ELSE regexp_replace(key, '_id$', '') END,
        CASE key WHEN 'mac_address' THEN to_jsonb(upper(value #>> '{}')) ELSE value END) || '{"tags": []}' AS data
      FROM jsonb_each(to_jsonb(t)) WHERE key <> 'id' AND key NOT LIKE '\_%%') j
    WHERE %7$s $q$, log, next, repr, app, model, pg_temp.users(), condition);
END $$;
SELECT pg_temp.log('dcim', 'device', $$coalesce(t.name, 'Device') || ' (' || t.asset_tag || ')'$$),
  pg_temp.log('dcim', 'interface', 't.name', 't.id % 3 = 0'), pg_temp.log('dcim', 'macaddress', 'upper(t.mac_address::text)'),
  pg_temp.log('ipam', 'ipaddress', 't.address::text'), pg_temp.log('circuits', 'circuit', 't.cid'),
  pg_temp.log('tenancy', 'contact', 't.name'), pg_temp.log('extras', 'webhook', 't.name'),
  pg_temp.log('wireless', 'wirelesslan', 't.ssid'), pg_temp.log('extras', 'configcontext', 't.name'),
  pg_temp.log('ipam', 'fhrpgroup', $$'VRRP: ' || t.group_id$$), pg_temp.log('extras', 'journalentry', $$'Entry ' || t.id$$) \g /dev/null
-- An object that is gone, and a key that no release of NetBox writes.
DO $$
DECLARE log text := CASE WHEN to_regclass('public.core_objectchange') IS NULL THEN 'extras_objectchange' ELSE 'core_objectchange' END;
BEGIN
  PERFORM pg_temp.put(log, jsonb_build_object('id', 99000000, 'user_name', pg_temp.seed('former' || lower(pg_temp.word(1, 'fu'))), 'request_id', gen_random_uuid(), 'action', 'delete',
    'changed_object_id', 77777, 'object_repr', pg_temp.seed('gone-' || lower(pg_temp.word(1, 'go'))), 'changed_object_type_id', pg_temp.type_of('dcim', 'device'),
    'prechange_data', jsonb_build_object('name', 'gone-' || lower(pg_temp.word(1, 'go')), 'serial', pg_temp.seed('SNGONE' || pg_temp.word(1, 'gs')),
      'unheard_of', jsonb_build_array(jsonb_build_object('x', pg_temp.seed('Odd' || pg_temp.word(1, 'od')))))));
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
COMMIT;
\copy (SELECT value FROM pg_temp.seeded ORDER BY 1) TO pstdout
