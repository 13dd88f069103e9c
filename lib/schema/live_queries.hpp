#pragma once

#include <array>
#include <string_view>

namespace schema::queries {

/// Each gives rows (kind, tbl, name, facts): facts as a JSON object of texts. Members of extensions
/// and system schemas are left out. The session's search_path is empty, so that names come whole.
constexpr std::string_view kOwn = R"(
WITH own AS (
  SELECT c.oid, c.relkind, c.relpersistence, c.relispartition,
         quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS full_name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                        AND d.objid = c.oid AND d.deptype = 'e'))
)";

constexpr std::string_view kTables = R"(
SELECT 'table' AS kind, '' AS tbl, full_name AS name,
       jsonb_build_object('unlogged', CASE relpersistence WHEN 'u' THEN 'yes' ELSE '' END) AS facts
  FROM own WHERE relkind IN ('r', 'p'))";

// An heir's columns that are its parent's stand with the parent, as in a dump.
constexpr std::string_view kColumns = R"(
SELECT 'column' AS kind, o.full_name AS tbl, quote_ident(a.attname) AS name,
       jsonb_build_object(
         'type', format_type(a.atttypid, a.atttypmod),
         'null', CASE WHEN a.attnotnull THEN 'no' ELSE 'yes' END,
         'default', CASE WHEN a.attgenerated = '' THEN
                      coalesce(pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END,
         'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default'
                     ELSE '' END,
         'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid)
                      ELSE '' END,
         'collation', CASE WHEN a.attcollation <> t.typcollation THEN
                        a.attcollation::regcollation::text ELSE '' END,
         'position', (row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum))::text) AS facts
  FROM own o
  JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = o.oid AND d.adnum = a.attnum
 WHERE o.relkind IN ('r', 'p') AND (a.attislocal OR o.relispartition))";

constexpr std::string_view kConstraints = R"(
SELECT 'constraint' AS kind, o.full_name AS tbl, quote_ident(k.conname) AS name,
       jsonb_build_object(
         'definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''),
         'validated', CASE WHEN k.convalidated THEN 'yes' ELSE 'no' END) AS facts
  FROM own o JOIN pg_catalog.pg_constraint k ON k.conrelid = o.oid
 WHERE k.contype IN ('c', 'f', 'p', 'u', 'x'))";

constexpr std::string_view kIndexes = R"(
SELECT 'index' AS kind, o.full_name AS tbl,
       (SELECT quote_ident(x.relname) FROM pg_catalog.pg_class x WHERE x.oid = i.indexrelid) AS name,
       jsonb_build_object('definition', pg_get_indexdef(i.indexrelid),
         'valid', CASE WHEN i.indisvalid THEN 'yes' ELSE 'no' END) AS facts
  FROM own o JOIN pg_catalog.pg_index i ON i.indrelid = o.oid
 WHERE o.relkind IN ('r', 'p', 'm')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                    WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')))";

constexpr std::string_view kSequences = R"(
SELECT 'sequence' AS kind, '' AS tbl, o.full_name AS name,
       jsonb_build_object(
         'type', format_type(s.seqtypid, NULL), 'start', s.seqstart::text,
         'increment', s.seqincrement::text, 'least', s.seqmin::text, 'most', s.seqmax::text,
         'cache', s.seqcache::text, 'cycle', CASE WHEN s.seqcycle THEN 'yes' ELSE '' END,
         'last', coalesce(pg_sequence_last_value(s.seqrelid)::text, ''),
         'owner', coalesce((
            SELECT quote_ident(tn.nspname) || '.' || quote_ident(tc.relname) || '.'
                   || quote_ident(a.attname)
              FROM pg_catalog.pg_depend d
              JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
              JOIN pg_catalog.pg_class tc ON tc.oid = d.refobjid
              JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
             WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = o.oid
               AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
               AND d.deptype IN ('a', 'i') LIMIT 1), '')) AS facts
  FROM own o JOIN pg_catalog.pg_sequence s ON s.seqrelid = o.oid)";

constexpr std::string_view kViews = R"(
SELECT 'view' AS kind, '' AS tbl, o.full_name AS name,
       jsonb_build_object('definition', CASE o.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END
         || rtrim(btrim(pg_get_viewdef(o.oid)), ';')) AS facts
  FROM own o WHERE o.relkind IN ('v', 'm'))";

constexpr std::string_view kTriggers = R"(
SELECT 'trigger' AS kind, o.full_name AS tbl, quote_ident(t.tgname) AS name,
       jsonb_build_object('definition', pg_get_triggerdef(t.oid)) AS facts
  FROM own o JOIN pg_catalog.pg_trigger t ON t.tgrelid = o.oid AND NOT t.tgisinternal)";

constexpr std::array kOfRelations = {kTables,    kColumns, kConstraints, kIndexes,
                                     kSequences, kViews,   kTriggers};

constexpr std::string_view kFunctions = R"(
SELECT 'function' AS kind, '' AS tbl,
       quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '('
         || pg_get_function_arguments(p.oid) || ')' AS name,
       jsonb_build_object('definition', pg_get_functiondef(p.oid)) AS facts
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE p.prokind IN ('f', 'p', 'w')
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                      AND d.objid = p.oid AND d.deptype = 'e'))";

constexpr std::string_view kTypes = R"(
SELECT 'type' AS kind, '' AS tbl,
       quote_ident(n.nspname) || '.' || quote_ident(t.typname) AS name,
       jsonb_build_object('definition', (
         SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
           FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)) AS facts
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'e' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                      AND d.objid = t.oid AND d.deptype = 'e'))";

constexpr std::string_view kExtensions = R"(
SELECT 'extension' AS kind, '' AS tbl, quote_ident(e.extname) AS name,
       jsonb_build_object('version', e.extversion, 'schema', quote_ident(n.nspname)) AS facts
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
 WHERE e.extname <> 'plpgsql')";

constexpr std::string_view kCollations = R"(
SELECT 'collation' AS kind, '' AS tbl,
       quote_ident(n.nspname) || '.' || quote_ident(c.collname) AS name,
       jsonb_build_object(
         'definition', concat_ws(' ', c.collprovider, c.collcollate, c.collctype,
            coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale'),
            CASE WHEN to_jsonb(c) ->> 'collisdeterministic' = 'false' THEN 'nondeterministic' END),
         'version', coalesce(c.collversion, ''),
         'actual_version', coalesce(pg_collation_actual_version(c.oid), '')) AS facts
  FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
 WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')";

// The version of the database's collation is known from PostgreSQL 15 on.
constexpr std::string_view kDatabase = R"(
SELECT 'database' AS kind, '' AS tbl, 'settings' AS name,
       jsonb_build_object('encoding', pg_encoding_to_char(d.encoding), 'collate', d.datcollate,
         'ctype', d.datctype, 'version', coalesce(to_jsonb(d) ->> 'datcollversion', '')) AS facts
  FROM pg_catalog.pg_database d WHERE d.datname = current_database())";

constexpr std::array kOthers = {kFunctions, kTypes, kExtensions, kCollations, kDatabase};

constexpr std::string_view kRights = R"(
SELECT 'rights' AS kind, '' AS tbl,
       quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
       jsonb_build_object('owner', pg_get_userbyid(c.relowner)::text, 'grants', coalesce((
         SELECT string_agg(x.line, ', ' ORDER BY x.line) FROM (
           SELECT CASE WHEN e.grantee = 0 THEN 'public' ELSE pg_get_userbyid(e.grantee)::text END
                  || ' may ' || string_agg(lower(e.privilege_type), ' ' ORDER BY e.privilege_type)
                  AS line
             FROM aclexplode(c.relacl) e WHERE e.grantee <> c.relowner GROUP BY e.grantee) x), ''))
       AS facts
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relpersistence <> 't'
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')";

}  // namespace schema::queries
