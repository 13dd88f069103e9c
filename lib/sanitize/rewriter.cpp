#include "lib/sanitize/rewriter.hpp"

#include <fmt/format.h>

#include <cstring>

#include "lib/core/error.hpp"
#include "lib/dump/copy_text.hpp"

namespace sanitize {

Rewriter::Rewriter(const Plan& plan, std::string_view key, Login login)
    : plan_(plan),
      pseudonyms_(key),
      password_key_(core::hmacSha256(key, "sotctl sanitize 1: passwords")),
      login_(std::move(login)) {}

Tally& Rewriter::tally(std::size_t counter) {
  if (tallies_.size() <= counter) tallies_.resize(counter + 64);
  return tallies_[counter];
}

void Rewriter::rows(const TablePlan& table, std::string_view rows, std::string& to) {
  std::uint64_t count = 0;
  for (std::size_t from = 0; from < rows.size();) {
    const auto* feed =
        static_cast<const char*>(std::memchr(rows.data() + from, '\n', rows.size() - from));
    const std::size_t end =
        feed == nullptr ? rows.size() : static_cast<std::size_t>(feed - rows.data());
    ++count;
    if (table.fate == TableFate::rewrite) {
      std::size_t bytes = end - from;
      if (bytes > 0 && rows[end - 1] == '\r') --bytes;  // a dump that went through Windows
      row(table, rows.substr(from, bytes), to);
    }
    from = end + 1;
  }
  if (table.fate == TableFate::verbatim) to.append(rows);
  Tally& total = tally(table.counter);
  total.seen += count;
  if (table.fate == TableFate::empty) total.changed += count;
}

void Rewriter::row(const TablePlan& table, std::string_view row, std::string& to) {
  dump::splitRow(row, fields_);
  if (fields_.size() != table.columns.size()) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("table {} has a row of {} fields for {} columns", table.table,
                                  fields_.size(), table.columns.size()),
                      "The dump is damaged, or was edited: get it again.");
  }
  const Row at{&table, &fields_, false};
  const char* flushed = row.data();
  for (const std::size_t index : table.treated) {
    const ColumnPlan& column = table.columns[index];
    const std::string_view field = fields_[index];
    Tally& count = tally(column.counter);
    ++count.seen;
    if (dump::isNull(field)) continue;
    const Result result = treat(at, column, dump::decodeField(field, decoded_));
    if (result == Result::same) continue;
    ++count.changed;
    to.append(flushed, field.data());
    if (result == Result::null) {
      to += "\\N";
    } else {
      dump::encodeField(value_, to);
    }
    flushed = field.data() + field.size();
  }
  to.append(flushed, row.data() + row.size());
  to += '\n';
}

void Rewriter::values(const TablePlan& table, std::vector<std::optional<std::string>>& values) {
  if (values.size() != table.columns.size()) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("table {} has an INSERT of {} values for {} columns", table.table,
                                  values.size(), table.columns.size()));
  }
  ++tally(table.counter).seen;
  fields_.clear();
  const std::vector<std::optional<std::string>> before = values;
  for (const auto& value : before) fields_.push_back(value ? std::string_view(*value) : "");
  const Row at{&table, &fields_, true};
  for (const std::size_t index : table.treated) {
    const ColumnPlan& column = table.columns[index];
    Tally& count = tally(column.counter);
    ++count.seen;
    if (!before[index]) continue;
    const Result result = treat(at, column, *before[index]);
    if (result == Result::same) continue;
    ++count.changed;
    if (result == Result::null) {
      values[index].reset();
    } else {
      values[index] = value_;
    }
  }
}

/// Puts the value's replacement into value_.
Rewriter::Result Rewriter::treat(const Row& row, const ColumnPlan& column, std::string_view value) {
  value_.clear();
  if (row.table->user_flag >= 0 && !login_.row.empty() && row.field(row.table->id) == login_.row) {
    if (column.name == "username") value_ = login_.user;
    if (column.name == "password") value_ = login_.password_hash;
    if (!value_.empty()) return Result::changed;
  }
  const auto siblingValue = [&]() -> std::string_view {
    const std::string_view field = row.field(column.sibling);
    if (row.decoded) return field;
    return dump::isNull(field) ? std::string_view() : dump::decodeField(field, sibling_);
  };
  const Treatment& treatment = column.treatment;
  switch (treatment.action) {
    case Action::keep:
      return Result::same;
    case Action::null:
      return Result::null;
    case Action::empty:
      break;
    case Action::constant: {
      value_ = treatment.text;
      const std::size_t id = value_.find("{id}");
      if (id != std::string::npos) value_.replace(id, 4, row.field(row.table->id));
      break;
    }
    case Action::unusable_password:
      password(row.field(row.table->id));
      break;
    case Action::json:
    case Action::json_null:
      json(value, nullptr, treatment.action, value_);
      break;
    case Action::history:
      json(value, &plan_.objectFor(row.field(row.table->object_type)).json, treatment.action,
           value_);
      break;
    case Action::repr:
      repr(row, value);
      break;
    case Action::natural: {
      pseudonym_.clear();
      const std::string_view name = siblingValue();
      const int sibling = column.sibling;
      const Treatment* how =
          sibling < 0 ? nullptr : &row.table->columns[static_cast<std::size_t>(sibling)].treatment;
      if (how != nullptr && how->action == Action::pseudonym) {
        pseudonyms_.apply(how->format, name, pseudonym_);
        naturalize(pseudonym_, column.length > 0 ? static_cast<std::size_t>(column.length) : 100,
                   value_);
      }
      break;
    }
    case Action::shift:
      pseudonyms_.shift(treatment.format, siblingValue(), value, value_);
      break;
    case Action::pseudonym:
      if (column.type == ColumnType::array) {  // "{a,b}": each by itself would need its grammar
        value_ = "{}";
        break;
      }
      pseudonyms_.apply(treatment.format, value, value_);
      break;
    case Action::ip_bytes:
      ipBytes(row, column, value);
      break;
  }
  return value_ == value ? Result::same : Result::changed;
}

/// What Django's make_password(None) gives: "!" and 40 letters that nobody knows. Not random here,
/// so that a run can be repeated.
void Rewriter::password(std::string_view id) {
  value_ = "!" + core::toHex(core::hmacSha256(password_key_, id)).substr(0, 40);
}

void Rewriter::ipBytes(const Row& row, const ColumnPlan& column, std::string_view value) {
  // "\x0a000001", with the network's mask in a column beside it.
  Address address;
  const std::size_t digits = value.size() < 2 ? 0 : value.size() - 2;
  if (!value.starts_with("\\x") || (digits != 8 && digits != 32)) return;
  address.v6 = digits == 32;
  for (std::size_t i = 0; i < digits / 2; ++i) {
    const auto part = parseHardwareAddress(value.substr(2 + 2 * i, 2), 2);
    if (!part) return;
    address.bytes[i] = static_cast<std::uint8_t>(*part);
  }
  const std::string& which = column.treatment.text;
  for (std::size_t i = 0; !which.empty() && i < row.table->columns.size(); ++i) {
    const std::string& name = row.table->columns[i].name;
    if (name != "prefix_length" && name != "mask_length") continue;
    address.length = std::atoi(std::string(row.field(static_cast<int>(i))).c_str());
  }
  if (address.length > address.bits()) address.length = address.bits();
  std::string text;
  writeAddress(address, text);
  pseudonym_.clear();
  pseudonyms_.apply(address.length >= 0 ? Format::prefix : Format::ip, text, pseudonym_);
  auto moved = parseAddress(pseudonym_);
  if (!moved) return;
  for (int bit = address.length; which == "broadcast" && bit >= 0 && bit < address.bits(); ++bit) {
    moved->bytes[static_cast<std::size_t>(bit / 8)] |=
        static_cast<std::uint8_t>(0x80U >> (bit % 8));
  }
  value_ = "\\x" + core::toHex({reinterpret_cast<const char*>(moved->bytes.data()), digits / 2});
}

/// "NAME" or "NAME (DETAIL)" as the object's type says; of an unknown type no more than what it is.
void Rewriter::repr(const Row& row, std::string_view value) {
  const ObjectPlan& object = plan_.objectFor(row.field(row.table->object_type));
  if (object.repr == nullptr || !object.repr->head) {
    value_ = fmt::format("{} #{}", object.table, row.field(row.table->object_id));
    return;
  }
  const auto part = [&](const Treatment& treatment, std::string_view text) {
    if (treatment.action == Action::pseudonym) {
      pseudonyms_.apply(treatment.format, text, value_);
    } else if (treatment.action == Action::keep) {
      value_.append(text);
    }
  };
  std::string_view head = value;
  std::string_view detail;
  const std::size_t open = value.ends_with(')') ? value.rfind(" (") : std::string_view::npos;
  if (open != std::string_view::npos) {
    head = value.substr(0, open);
    detail = value.substr(open + 2, value.size() - open - 3);
  }
  const std::size_t dash = object.repr->range ? head.find('-') : std::string_view::npos;
  if (dash != std::string_view::npos) {  // "10.0.0.1-9/24": the second address may be shortened
    const std::size_t slash = std::min(head.find('/'), head.size());
    part(*object.repr->head, head.substr(0, dash));
    value_.append("-…");
    value_.append(head.substr(slash));
    return;
  }
  part(*object.repr->head, head);
  if (open == std::string_view::npos || !object.repr->detail) return;
  value_.append(" (");
  part(*object.repr->detail, detail);
  value_.append(")");
}

}  // namespace sanitize
