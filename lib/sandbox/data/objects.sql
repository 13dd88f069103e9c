-- The objects of a sandbox: the same rows for the same number of devices, on any day and any machine. psql fills in
-- :devices. Moments count from a fixed day; names and numbers come from the row's own number.
SET timezone = 'UTC';

INSERT INTO django_content_type (id, app_label, model)
SELECT row_number() OVER (), split_part(word, '.', 1), split_part(word, '.', 2)
FROM unnest(string_to_array('admin.logentry auth.permission contenttypes.contenttype sessions.session users.user users.group '
  'users.token users.objectpermission users.userconfig core.datasource core.datafile core.job core.objectchange '
  'core.configrevision tenancy.tenant tenancy.tenantgroup tenancy.contact dcim.region dcim.sitegroup dcim.site '
  'dcim.location dcim.rack dcim.rackrole dcim.manufacturer dcim.devicetype dcim.devicerole dcim.platform dcim.device '
  'dcim.interface dcim.macaddress dcim.cable ipam.vrf ipam.aggregate ipam.prefix ipam.ipaddress ipam.vlan ipam.vlangroup '
  'extras.tag extras.customfield extras.configcontext extras.imageattachment extras.journalentry extras.webhook '
  'extras.eventrule extras.cachedvalue circuits.circuit circuits.provider virtualization.cluster '
  'virtualization.virtualmachine wireless.wirelesslan vpn.tunnel', ' ')) AS word;

-- The hashes are of no password: nobody logs in with them.
INSERT INTO users_user (password, last_login, is_superuser, username, first_name, last_name, email, is_staff, is_active,
                        date_joined)
SELECT 'pbkdf2_sha256$870000$' || left(md5('salt' || n), 22) || '$' || encode(sha256(('none' || n)::bytea), 'base64'),
       timestamptz '2026-10-01' + n * interval '37 minutes', n = 1,
       CASE n WHEN 1 THEN 'admin' ELSE (ARRAY['anna','bela','chloe','dario','emil','farah','goran','hanna'])[1 + n % 8] || n END,
       (ARRAY['Anna','Bela','Chloe','Dario','Emil','Farah','Goran','Hanna'])[1 + n % 8],
       (ARRAY['Alder','Birch','Cedar','Douglas','Elm','Fir','Gorse'])[1 + n % 7],
       'person' || n || '@example.org', n = 1, n % 9 <> 0, timestamptz '2024-01-01' + n * interval '1 day'
FROM generate_series(1, 20) AS n;

INSERT INTO users_userconfig (data, user_id)
SELECT jsonb_build_object('pagination', jsonb_build_object('per_page', 50 + 50 * (n % 3))), n FROM generate_series(1, 20) AS n;

INSERT INTO users_token (created, expires, key, write_enabled, description, user_id, allowed_ips)
SELECT timestamptz '2025-06-01' + n * interval '1 day', CASE WHEN n % 3 = 0 THEN timestamptz '2030-01-01' END,
       left(encode(sha256(('token' || n)::bytea), 'hex'), 40), n % 2 = 0, 'automation ' || n, n,
       CASE WHEN n % 4 = 0 THEN ARRAY['192.0.2.0/24'::cidr] END
FROM generate_series(2, 12) AS n;

INSERT INTO django_session (session_key, session_data, expire_date)
SELECT left(md5('session' || n) || md5('key' || n), 32), 'e30:' || encode(sha256(('session' || n)::bytea), 'base64'),
       timestamptz '2026-11-01' + n * interval '3 hours'
FROM generate_series(1, 50) AS n;

INSERT INTO tenancy_tenant (created, last_updated, custom_field_data, name, slug, description, comments)
SELECT timestamptz '2024-02-01', timestamptz '2024-02-01', '{}', 'Tenant ' || n, 'tenant-' || n, '', ''
FROM generate_series(1, 12) AS n;

INSERT INTO dcim_site (created, last_updated, custom_field_data, name, slug, status, facility, time_zone, description,
                       physical_address, shipping_address, latitude, longitude, comments, tenant_id)
SELECT timestamptz '2024-02-02', timestamptz '2024-02-02', '{}', 'Site ' || n, 'site-' || n, 'active', 'F' || n, 'UTC', '',
       n || ' Main Street' || E'\n' || 'Exampleton', '', 40 + n % 40 / 10.0, -70 - n % 60 / 10.0, '', 1 + n % 12
FROM generate_series(1, 10 + :devices / 100) AS n;

INSERT INTO dcim_manufacturer (created, last_updated, custom_field_data, name, slug, description)
SELECT timestamptz '2024-02-03', timestamptz '2024-02-03', '{}', 'Maker ' || n, 'maker-' || n, '' FROM generate_series(1, 8) AS n;

INSERT INTO dcim_platform (created, last_updated, custom_field_data, name, slug, description, manufacturer_id)
SELECT timestamptz '2024-02-03', timestamptz '2024-02-03', '{}', 'Platform ' || n, 'platform-' || n, '', n FROM generate_series(1, 8) AS n;

INSERT INTO dcim_devicetype
SELECT timestamptz '2024-02-04', timestamptz '2024-02-04', '{}', n, 'Model ' || n, 'model-' || n, 'PN-' || n, 1 + n % 2, true,
       NULL, '', '', '', 1 + n % 8, NULL, NULL, NULL, NULL, '', 1 + n % 8, 1, 0, 2, 0, 8, 0, 0, 0, 0, 0, false
FROM generate_series(1, 24) AS n;

INSERT INTO dcim_devicerole (created, last_updated, custom_field_data, name, slug, color, vm_role, description)
SELECT timestamptz '2024-02-04', timestamptz '2024-02-04', '{}', word, lower(replace(word, ' ', '-')), '9e9e9e', false, ''
FROM unnest(ARRAY['Router', 'Access Switch', 'Core Switch', 'Server', 'PDU', 'Console Server']) AS word;

INSERT INTO dcim_device (created, last_updated, custom_field_data, id, name, serial, asset_tag, "position", face, status, comments,
  role_id, device_type_id, platform_id, site_id, tenant_id, description, console_port_count, console_server_port_count,
  power_port_count, power_outlet_count, interface_count, front_port_count, rear_port_count, device_bay_count,
  module_bay_count, inventory_item_count)
SELECT timestamptz '2024-03-01' + n * interval '1 minute', timestamptz '2026-01-01' + n * interval '1 minute', '{}', n,
       'device-' || n, upper(left(md5('serial' || n), 12)), 'AT-' || lpad(n::text, 7, '0'), 1 + n % 40, 'front',
       (ARRAY['active', 'active', 'active', 'planned', 'offline'])[1 + n % 5], '', 1 + n % 6, 1 + n % 24, 1 + n % 8,
       1 + n % (10 + :devices / 100), 1 + n % 12, '', 1, 0, 2, 0, 8, 0, 0, 0, 0, 0
FROM generate_series(1, :devices) AS n;

INSERT INTO dcim_macaddress (id, created, last_updated, custom_field_data, description, comments, mac_address,
                             assigned_object_id, assigned_object_type_id)
SELECT n, timestamptz '2024-03-01' + n * interval '7 seconds', timestamptz '2024-03-01' + n * interval '7 seconds', '{}', '', '',
       ('02:' || regexp_replace(lpad(to_hex(n), 10, '0'), '(..)(?!$)', '\1:', 'g'))::macaddr, n,
       (SELECT id FROM django_content_type WHERE app_label = 'dcim' AND model = 'interface')
FROM generate_series(1, :devices * 8) AS n;

INSERT INTO dcim_interface (created, last_updated, custom_field_data, id, name, label, description, mark_connected, enabled, mtu,
                            _name, type, mgmt_only, device_id, primary_mac_address_id)
SELECT timestamptz '2024-03-01' + n * interval '7 seconds', timestamptz '2026-01-01' + n * interval '7 seconds', '{}', n,
       'Ethernet' || 1 + (n - 1) % 8, '', 'to port ' || n % 48, false, true, 1500,
       'Ethernet' || lpad((1 + (n - 1) % 8)::text, 6, '0') || '............', '1000base-t', n % 8 = 0, 1 + (n - 1) / 8, n
FROM generate_series(1, :devices * 8) AS n;

INSERT INTO ipam_ipaddress (created, last_updated, custom_field_data, id, address, status, assigned_object_id, dns_name,
                            description, assigned_object_type_id, tenant_id, comments)
SELECT timestamptz '2024-03-02' + n * interval '11 seconds', timestamptz '2026-01-02' + n * interval '11 seconds', '{}', n,
       set_masklen(inet '10.0.0.0' + n, 24), 'active', n * 2, 'host-' || n || '.example.org', '',
       (SELECT id FROM django_content_type WHERE app_label = 'dcim' AND model = 'interface'), 1 + n % 12, ''
FROM generate_series(1, :devices * 4) AS n;

UPDATE dcim_device SET primary_ip4_id = 4 * id WHERE id % 2 = 0;

INSERT INTO extras_webhook (name, payload_url, http_method, http_content_type, additional_headers, body_template, secret,
                            ssl_verification, created, last_updated, custom_field_data, description)
SELECT 'webhook ' || n, 'https://hooks.example.org/' || n, 'POST', 'application/json', 'Authorization: Bearer ' || md5('bearer' || n),
       '', md5('hook' || n), true, timestamptz '2024-05-01', timestamptz '2024-05-01', '{}', ''
FROM generate_series(1, 5) AS n;

INSERT INTO extras_journalentry (last_updated, assigned_object_id, created, kind, comments, assigned_object_type_id,
                                 created_by_id, custom_field_data)
SELECT timestamptz '2025-05-01' + n * interval '1 hour', n, timestamptz '2025-05-01' + n * interval '1 hour', 'info',
       'Checked cabling of device ' || n || E'.\nNothing to do.', (SELECT id FROM django_content_type WHERE app_label = 'dcim'
       AND model = 'device'), 1 + n % 20, '{}'
FROM generate_series(1, :devices, 10) AS n;

INSERT INTO extras_cachedvalue (id, "timestamp", object_id, field, type, value, weight, object_type_id)
SELECT md5('cache' || field || n)::uuid, timestamptz '2026-10-01' + n * interval '1 second', n, field, 'CharField',
       CASE field WHEN 'name' THEN 'device-' || n WHEN 'serial' THEN upper(left(md5('serial' || n), 12))
                  ELSE 'AT-' || lpad(n::text, 7, '0') END,
       CASE field WHEN 'name' THEN 100 ELSE 60 END,
       (SELECT id FROM django_content_type WHERE app_label = 'dcim' AND model = 'device')
FROM generate_series(1, :devices) AS n, unnest(ARRAY['name', 'serial', 'asset_tag']) AS field;

INSERT INTO core_job (name, created, started, completed, status, data, job_id, object_type_id, user_id, error)
SELECT 'Housekeeping', timestamptz '2026-08-01' + n * interval '1 day', timestamptz '2026-08-01' + n * interval '1 day',
       timestamptz '2026-08-01 00:00:09' + n * interval '1 day', CASE WHEN n % 17 = 0 THEN 'errored' ELSE 'completed' END,
       jsonb_build_object('log', jsonb_build_array('removed ' || n % 7 || ' sessions')), md5('job' || n)::uuid, NULL,
       1 + n % 20, CASE WHEN n % 17 = 0 THEN 'database timeout' ELSE '' END
FROM generate_series(1, 60) AS n;

INSERT INTO extras_imageattachment (object_id, image, image_height, image_width, name, created, object_type_id, last_updated)
SELECT n, 'image-attachments/device_' || n || '_front.png', 1, 1, 'front', timestamptz '2025-07-01',
       (SELECT id FROM django_content_type WHERE app_label = 'dcim' AND model = 'device'), timestamptz '2025-07-01'
FROM generate_series(1, 3) AS n;
