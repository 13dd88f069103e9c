-- What a dump may hold and readers of dumps stumble over; tests/support/odd_rules.toml has rules for it.
CREATE TABLE dcim_device (id bigint PRIMARY KEY, name varchar(64), serial varchar(50) NOT NULL, comments text NOT NULL);
INSERT INTO dcim_device SELECT i, 'odd-host-' || i, 'SNODD' || md5(i::text), E'tab\there, \\N, line\nfeed\r, \\.\n\\.\nCOPY x FROM stdin;' || i FROM generate_series(1, 50) i;
CREATE TABLE ipam_ipaddress (id bigint PRIMARY KEY, address inet);
INSERT INTO ipam_ipaddress SELECT i, ('10.1.2.' || i || '/24')::inet FROM generate_series(1, 9) i;
CREATE TABLE one_column (t text);
INSERT INTO one_column VALUES (''), (NULL), (''), (E'\\.'), (E'\\N'), (E'a\nb'), (E'\\');
CREATE TABLE nothing ();
INSERT INTO nothing DEFAULT VALUES; INSERT INTO nothing DEFAULT VALUES;
CREATE TABLE "My, ""Table"" (x)" (id bigint GENERATED ALWAYS AS IDENTITY, "Col, one" text, "select" integer, "a""b" text, "ü (" jsonb);
INSERT INTO "My, ""Table"" (x)" ("Col, one", "select", "a""b", "ü (") SELECT 'SNODD' || md5(i::text), i, E'\\\\' || i, jsonb_build_object('k', 'SNODD' || md5(i::text), 'é"\', E'\u2028\\') FROM generate_series(1, 20) i;
CREATE TABLE parted (day date, serial text, x integer GENERATED ALWAYS AS (7 * 2) STORED, upper_serial text GENERATED ALWAYS AS (upper(serial)) STORED) PARTITION BY RANGE (day);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
CREATE TABLE parted_b PARTITION OF parted DEFAULT;
INSERT INTO parted SELECT '2026-05-01'::date + i, 'SNODD' || md5((i % 50 + 1)::text) FROM generate_series(1, 200) i;
CREATE TABLE parent (a integer, b text);
CREATE TABLE heir (c text) INHERITS (parent);
INSERT INTO parent VALUES (1, 'p'); INSERT INTO heir VALUES (2, 'SNODD' || md5('1'), 'c');
CREATE FUNCTION shout() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN
/* '
COPY fake (a) FROM stdin;
1
\.
*/
RETURN 'it''s'; END $f$;
CREATE FUNCTION atomic(i int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN i > 0 THEN 1 ELSE 2 END; SELECT i; END;
COMMENT ON TABLE parent IS E'ask\nCOPY x FROM stdin;\n1\n\\.\n';
CREATE TABLE dflt (id bigint, v text DEFAULT E'it''s;\nCOPY y FROM stdin;\n\\.\n', j json DEFAULT '{"a": 1}');
INSERT INTO dflt (id) VALUES (1);
CREATE TABLE arr (id bigint, t text[], n inet[], j jsonb[], m int[][], b bytea, r int4range, h bit(3), i interval, c char(5), x xml, mm macaddr);
INSERT INTO arr VALUES (1, ARRAY['a b', E'q"\\', NULL, 'NULL', 'x,y', E'n\nl', ''], ARRAY['10.0.0.1/24'::inet], ARRAY['{"a": "x y"}'::jsonb], '{{1,2},{3,4}}', '\xdeadbeef00', '[1,5)', B'101', '1 day', 'c', '<a>b</a>', '02:aa:bb:cc:dd:ee');
SELECT lo_from_bytea(0, decode('534e4f4444', 'hex'));
