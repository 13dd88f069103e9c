-- One slice of the change log, :first to :last: entries as NetBox writes them when interfaces and devices change.
SET timezone = 'UTC';

INSERT INTO core_objectchange (id, "time", user_name, request_id, action, changed_object_id, related_object_id, object_repr,
                               prechange_data, postchange_data, changed_object_type_id, related_object_type_id, user_id)
SELECT n, timestamptz '2025-01-01' + n * (interval '600 days' / :total), u.username, md5('request' || n / 3)::uuid,
       CASE n % 10 WHEN 0 THEN 'create' WHEN 9 THEN 'delete' ELSE 'update' END, 1 + n % (:devices * 8),
       1 + n % :devices, 'Ethernet' || 1 + n % 8,
       CASE WHEN n % 10 <> 0 THEN entry || jsonb_build_object('description', 'to ' || md5('old' || n), 'last_updated',
         to_char(timestamptz '2024-03-01' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) END,
       CASE WHEN n % 10 <> 9 THEN entry || jsonb_build_object('description', 'to ' || md5('new' || n), 'last_updated',
         to_char(timestamptz '2025-01-01' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) END,
       t.interface, t.device, u.id
FROM generate_series(:first::bigint, :last::bigint) AS n
CROSS JOIN (SELECT min(id) FILTER (WHERE model = 'interface') AS interface, min(id) FILTER (WHERE model = 'device') AS device
            FROM django_content_type WHERE app_label = 'dcim') AS t
JOIN users_user AS u ON u.id = 1 + n % 20
CROSS JOIN LATERAL (SELECT jsonb_build_object(
  'lag', NULL, 'mtu', 1500, 'vrf', NULL, 'wwn', NULL, 'mode', 'access', 'name', 'Ethernet' || 1 + n % 8, 'tags', '[]'::jsonb,
  'type', '1000base-t', 'cable', n % 100000, 'label', '', 'speed', 1000000, 'bridge', NULL, 'device', 1 + n % :devices,
  'duplex', 'full', 'module', NULL, 'parent', NULL, 'created', '2024-03-01T00:00:00Z', 'enabled', n % 4 <> 0,
  'poe_mode', NULL, 'poe_type', NULL, 'tx_power', NULL, 'mgmt_only', false, 'rf_channel', NULL,
  'mark_connected', false, 'untagged_vlan', n % 4094, 'custom_fields', '{}'::jsonb, 'primary_mac_address', n % (:devices * 8)) AS entry
) AS e;
