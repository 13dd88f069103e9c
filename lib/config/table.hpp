#pragma once

#include <toml++/toml.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/config/config.hpp"

namespace config {

/// What is wrong with a file, collected so that one run shows all of it.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}
  void add(std::uint32_t line, std::string text);
  bool empty() const { return found_.empty(); }
  /// "FILE:12" for origins.
  std::string place(std::uint32_t line) const;
  /// Throws Error{configuration} with every complaint in the order of lines; nothing if none.
  void raise() const;

 private:
  struct Complaint {
    std::uint32_t line;
    std::string text;
  };
  std::string file_;
  std::vector<Complaint> found_;
};

/// One table of a configuration file while it is read: each getter knows its key from then on, so
/// that finish() can complain about keys that nobody asked for. Borrows everything it is given.
class Table {
 public:
  /// `path` is the table's own ("instance.netbox.database"), empty for the file.
  Table(const toml::table& table, std::string path, std::uint32_t line, Complaints& complaints,
        Origins& origins);

  // Each gives `otherwise` for an absent key, and after a complaint for a wrong one. An origin is
  // kept for every value; "default" where `otherwise` says something.
  std::string text(const std::string& key, std::string otherwise = {});
  std::string absolutePath(const std::string& key, std::string otherwise = {});
  int number(const std::string& key, int otherwise, int lowest, int highest);
  /// One of `words`.
  std::string word(const std::string& key, const std::vector<std::string>& words,
                   std::string otherwise);
  std::vector<std::string> texts(const std::string& key);
  bool flag(const std::string& key);
  std::map<std::string, std::string> textTable(const std::string& key);
  /// The text of a key, without a complaint or an origin; "" if there is none.
  std::string peek(const std::string& key) const;
  bool isTable(const std::string& key) const;
  /// A table of a form that its own reader knows, as JSON; empty if there is none.
  core::Json data(const std::string& key);
  std::optional<Table> table(const std::string& key);
  /// [[key]]
  std::vector<Table> tables(const std::string& key);
  /// Complains if the key is absent.
  void require(const std::string& key, std::string_view example);
  /// Complains about unknown keys. Last call.
  void finish();

  bool has(const std::string& key) const { return table_->contains(key); }
  std::vector<std::string> keys() const;
  std::uint32_t line(const std::string& key) const;
  std::uint32_t line() const { return line_; }
  const std::string& path() const { return path_; }
  /// Another path for the origins of this table's values.
  void setPath(std::string path) { path_ = std::move(path); }
  /// Says that the key's value is wrong: "KEY WRONG" with the key's full name in front.
  void complain(const std::string& key, const std::string& wrong);
  void complainHere(const std::string& wrong);
  void origin(const std::string& key, std::string from);
  /// The origin of a key whose value is a table of its own.
  void keepOrigin(const std::string& key) { origin(key, complaints_->place(line(key))); }

 private:
  const toml::node* get(const std::string& key);
  void wrongType(const std::string& key, const toml::node& node, std::string_view wanted);
  std::string shown() const;

  const toml::table* table_;
  std::string path_;
  std::uint32_t line_;
  Complaints* complaints_;
  Origins* origins_;
  std::vector<std::string> known_;
};

}  // namespace config
