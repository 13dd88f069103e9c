#pragma once

#include <string>
#include <string_view>

#include "lib/schema/schema.hpp"

namespace schema {

/// Takes pg_dump's statements and makes objects of them; statements that make no object of a schema
/// (SET, COMMENT, GRANT, …) are passed over.
/// Errors: corrupt, with the statement's beginning, for one that begins as it should and goes on
/// otherwise.
class Definitions {
 public:
  void statement(std::string_view text);
  std::vector<Object> take();

 private:
  Object& object(const std::string& kind, const std::string& table, const std::string& name);
  void createTable(std::string_view text, bool unlogged);
  void tableLine(const std::string& table, std::string_view line, int& position);
  void alterTable(std::string_view text);
  void alterColumn(const std::string& table, std::string_view text);
  void createSequence(std::string_view text);
  void sequenceOptions(Object& sequence, std::string_view text);
  void createIndex(std::string_view text);

  std::vector<Object> objects_;
};

}  // namespace schema
