#pragma once

#include <string>
#include <string_view>

namespace schema {

/// "CREATE UNIQUE INDEX x ON public.t USING btree (a)" without "x": the name stands elsewhere.
std::string withoutIndexName(std::string_view definition);

/// A function's definition in one form, however pg_dump or the server lays it out: white space
/// outside the body as one blank, "OR REPLACE" left out, the body's quotes as $$.
std::string plainFunction(std::string_view definition);

/// A name of Django's without the digest that it ends in: "dcim_cable_status_id_1f2e3d4c_fk_x"
/// gives "dcim_cable_status_id_#_fk_x". The same for names without one.
/// Source: django/db/backends/utils.py, names_digest(): 8 hexadecimal digits (4 before 1.11).
std::string withoutHash(std::string_view name);

/// A unique constraint's name without what its maker adds: PostgreSQL, within CREATE TABLE, "_key";
/// Django, for a column that became unique later, "_8fe66c76_uniq".
/// Source: ChooseConstraintName() of PostgreSQL; schema.py of Django's PostgreSQL backend.
std::string uniqueStem(std::string_view name);

}  // namespace schema
