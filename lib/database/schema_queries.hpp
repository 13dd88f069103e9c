#pragma once

#include <array>
#include <string_view>

namespace database {

/// What measureSchema() asks. Each gives rows (object, line, verbatim): one line of an object's
/// definition. `verbatim` lines are program text and are taken as they are; the others go through
/// stableExpression(). Members of extensions and system schemas are left out everywhere.
namespace queries {

/// Goes before each query of kOfRelations.
constexpr std::string_view kRelations = R"(
WITH own AS (
  SELECT c.*, n.nspname,
         CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
              WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'type' END
         || ' ' || n.nspname || '.' || c.relname AS object
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND c.relpersistence <> 't'
     AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                        AND d.objid = c.oid AND d.deptype = 'e'))
)";

constexpr std::string_view kRelation = R"(
SELECT o.object, concat_ws(' ', o.relkind, o.relpersistence, o.relrowsecurity,
         o.relforcerowsecurity, o.relreplident,
         (SELECT string_agg(x, ',' ORDER BY x) FROM unnest(o.reloptions) x),
         (SELECT amname FROM pg_am WHERE pg_am.oid = o.relam),
         CASE WHEN o.relkind = 'p' THEN pg_get_partkeydef(o.oid) END,
         pg_get_expr(o.relpartbound, o.oid),
         (SELECT string_agg(h.inhparent::regclass::text, ',' ORDER BY h.inhseqno)
            FROM pg_inherits h WHERE h.inhrelid = o.oid)) AS line, false AS verbatim
  FROM own o)";

// A column's place counts, but for heirs: there pg_dump may order columns anew.
constexpr std::string_view kColumns = R"(
SELECT o.object, concat_ws(' ', 'column',
         CASE WHEN NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = o.oid) THEN
           row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) END,
         quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attnotnull THEN 'not null' END,
         CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
         a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) AS line,
       false AS verbatim
  FROM own o
  JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = o.oid AND d.adnum = a.attnum)";

// Not-null constraints ('n') have entries of their own from PostgreSQL 18 on; the columns have
// them.
constexpr std::string_view kConstraints = R"(
SELECT o.object, concat_ws(' ', 'constraint', quote_ident(k.conname), pg_get_constraintdef(k.oid))
         AS line, false AS verbatim
  FROM own o JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype <> 'n')";

// pg_dump leaves indexes out whose building failed.
constexpr std::string_view kIndexes = R"(
SELECT o.object, concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisclustered,
         i.indisreplident) AS line, false AS verbatim
  FROM own o JOIN pg_index i ON i.indrelid = o.oid
 WHERE i.indisready AND (i.indisvalid OR o.relkind = 'p'))";

constexpr std::string_view kTriggers = R"(
SELECT o.object, concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), t.tgenabled) AS line,
       false AS verbatim
  FROM own o JOIN pg_trigger t ON t.tgrelid = o.oid AND NOT t.tgisinternal)";

constexpr std::string_view kRules = R"(
SELECT o.object, concat_ws(' ', 'rule', pg_get_ruledef(r.oid), r.ev_enabled) AS line,
       false AS verbatim
  FROM own o JOIN pg_rewrite r ON r.ev_class = o.oid
 WHERE o.relkind IN ('v', 'm') OR r.rulename <> '_RETURN')";

constexpr std::string_view kPolicies = R"(
SELECT o.object, concat_ws(' ', 'policy', quote_ident(p.polname), p.polcmd, p.polpermissive,
         (SELECT string_agg(CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r)::text END, ','
                            ORDER BY 1) FROM unnest(p.polroles) r),
         pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) AS line,
       false AS verbatim
  FROM own o JOIN pg_policy p ON p.polrelid = o.oid)";

constexpr std::string_view kStatistics = R"(
SELECT o.object, pg_get_statisticsobjdef(s.oid) AS line, false AS verbatim
  FROM own o JOIN pg_statistic_ext s ON s.stxrelid = o.oid)";

constexpr std::array kOfRelations = {kRelation, kColumns, kConstraints, kIndexes,
                                     kTriggers, kRules,   kPolicies,    kStatistics};

constexpr std::string_view kSequences = R"(
SELECT 'sequence ' || n.nspname || '.' || c.relname AS object,
       concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmax, s.seqmin,
         s.seqcache, s.seqcycle,
         (SELECT d.refobjid::regclass::text || '.' || a.attname FROM pg_depend d
            JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
           WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
             AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))) AS line,
       false AS verbatim
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relpersistence <> 't'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype = 'e'))";

constexpr std::string_view kFunctions = R"(
SELECT 'function ' || n.nspname || '.' || p.proname || '('
         || pg_get_function_identity_arguments(p.oid) || ')' AS object,
       pg_get_functiondef(p.oid) AS line, true AS verbatim
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE p.prokind IN ('f', 'p', 'w')
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                      AND d.objid = p.oid AND d.deptype = 'e'))";

constexpr std::string_view kTypes = R"(
SELECT 'type ' || n.nspname || '.' || t.typname AS object,
       concat_ws(' ', t.typtype,
         (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
            FROM pg_enum e WHERE e.enumtypid = t.oid),
         CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
         CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'not null' END,
         t.typdefault,
         (SELECT string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid), ';'
                            ORDER BY k.conname)
            FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype <> 'n'),
         (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid)) AS line,
       false AS verbatim
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype IN ('e', 'd', 'r')
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass
                      AND d.objid = t.oid AND d.deptype = 'e'))";

constexpr std::string_view kSchemas = R"(
SELECT 'schema ' || n.nspname AS object, '' AS line, false AS verbatim
  FROM pg_namespace n WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')";

constexpr std::string_view kCollations = R"(
SELECT 'collation ' || n.nspname || '.' || c.collname AS object,
       concat_ws(' ', c.collprovider, c.collisdeterministic, c.collcollate, c.collctype,
                 to_jsonb(c) ->> 'colliculocale', to_jsonb(c) ->> 'colllocale') AS line,
       false AS verbatim
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')";

/// Rows (object, line): the owner and, sorted, who may do what.
constexpr std::string_view kRights = R"(
WITH own AS (
  SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
              WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END
         || ' ' || n.nspname || '.' || c.relname AS object, c.relowner AS owner,
         coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END,
                                       c.relowner)) AS acl
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
     AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                        AND d.objid = c.oid AND d.deptype = 'e')
  UNION ALL
  SELECT 'schema ' || n.nspname, n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner))
    FROM pg_namespace n WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  UNION ALL
  SELECT 'function ' || n.nspname || '.' || p.proname || '('
           || pg_get_function_identity_arguments(p.oid) || ')', p.proowner,
         coalesce(p.proacl, acldefault('f', p.proowner))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                        AND d.objid = p.oid AND d.deptype = 'e'))
SELECT o.object, 'owner ' || pg_get_userbyid(o.owner)
         || coalesce(', ' || (
              SELECT string_agg(x.line, ', ' ORDER BY x.line COLLATE "C") FROM (
                SELECT CASE WHEN e.grantee = 0 THEN 'public'
                            ELSE pg_get_userbyid(e.grantee)::text END || ' may '
                       || string_agg(lower(e.privilege_type)
                                     || CASE WHEN e.is_grantable THEN '*' ELSE '' END, ' '
                                     ORDER BY e.privilege_type COLLATE "C") AS line
                  FROM aclexplode(o.acl) e WHERE e.grantee <> o.owner GROUP BY e.grantee) x), '')
         AS line
  FROM own o)";

}  // namespace queries

}  // namespace database
