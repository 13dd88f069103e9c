#include "lib/application/python/module.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using application::python::readModule;
using application::python::Value;
using Catch::Matchers::Contains;

namespace {

/// The value of the name x, in a notation of its own: texts in '', unknown as <why>.
std::string shown(const Value& value) {
  std::string all;
  switch (value.kind) {
    case Value::Kind::none:
      return "None";
    case Value::Kind::boolean:
      return value.boolean ? "True" : "False";
    case Value::Kind::integer:
      return std::to_string(value.integer);
    case Value::Kind::fraction:
      return std::to_string(value.fraction);
    case Value::Kind::text:
      return "'" + value.text + "'";
    case Value::Kind::unknown:
      return "<" + value.text + ">";
    case Value::Kind::list:
      for (const Value& item : value.items) all += (all.empty() ? "" : ", ") + shown(item);
      return "[" + all + "]";
    case Value::Kind::dictionary:
      for (const auto& [key, item] : value.entries) {
        all += (all.empty() ? "" : ", ") + shown(key) + ": " + shown(item);
      }
      return "{" + all + "}";
  }
  return "";
}

std::string x(const std::string& source) {
  const auto value = readModule(source).find("x");
  return value ? shown(*value) : "absent";
}

struct Case {
  std::string source;
  std::string value;
};

}  // namespace

TEST_CASE("literals of Python are read as Python reads them") {
  const std::vector<Case> table{
      {"x = 'a'", "'a'"},
      {"x = \"it's\"  # comment 'with quote", "'it's'"},
      {"x = 'a' \"b\" r'\\n' u'c'", "'ab\\nc'"},
      {"x = ('a'\n     'b'\n     # why\n     'c')", "'abc'"},
      {"x = 'a' \\\n  'b'", "'ab'"},
      {"x = '''one\ntwo 'x' ''' 'three'", "'one\ntwo 'x' three'"},
      {"x = \"\"\"a\\\nb\"\"\"", "'ab'"},
      {"x = 'a\\tb\\x41\\u00e9\\101\\q\\\\'",
       "'a\tbA\xC3\xA9"
       "A\\q\\'"},
      {"x = '\\U0001F600'", "'\xF0\x9F\x98\x80'"},
      {"x = r'\\d\\''", "'\\d\\''"},
      {"x = ''", "''"},
      {"x = '#no comment'", "'#no comment'"},
      {"x = f'plain {{braces}}'", "'plain {braces}'"},
      {"x = Rb'bytes'", "<is worked out in line 1>"},
      {"y = 'b'\nx = f'{y}'", "<is worked out in line 2>"},
      {"x = '\\N{BULLET}'", "<is worked out in line 1>"},
      {"x = 1_000", "1000"},
      {"x = 0x1F", "31"},
      {"x = 0o17; y = 2", "15"},
      {"x = -5", "-5"},
      {"x = 1.5", "1.500000"},
      {"x = 1e3", "1000.000000"},
      {"x = 99999999999999999999", "<is the number 99999999999999999999>"},
      {"x = True", "True"},
      {"x = None", "None"},
      {"x = [1, 'a', [], (), {},]", "[1, 'a', [], [], {}]"},
      {"x = (1)", "1"},
      {"x = (1,)", "[1]"},
      {"x = 1, 2", "[1, 2]"},
      {"x = {'a': 1, 'b': {'c': [2]}, }", "{'a': 1, 'b': {'c': [2]}}"},
      {"x = {\n  'a': 1,  # one\n\n# two\n  'b': 2\n}", "{'a': 1, 'b': 2}"},
      {"x = {1, 2}", "<is worked out in line 1>"},
      {"x: dict[str, int] = {'a': 1}", "{'a': 1}"},
      {"x = y = 'both'", "'both'"},
      {"\xEF\xBB\xBFx = 'bom'\r\n", "'bom'"},
      {"base = '/opt'\nx = base + '/media'", "'/opt/media'"},
      {"x = ['a'] + ['b']", "['a', 'b']"},
      {"x = ['a']\nx += ['b']", "['a', 'b']"},
      {"x = {'a': 1}\nx['a'] = 2\n", "{'a': 1, 'a': 2}"},
      {"d = {'a': 1}\nx = {**d, 'b': 2}", "{'a': 1, 'b': 2}"},
      {"X = 1", "absent"},
      {"def f():\n    x = 1\n", "absent"},
      {"class C:\n  x = 1\n", "absent"},
      {"x = 1\ndef f():\n    x = 2\n", "1"},
      {"x == 1", "absent"},
      {"print('x = 1')", "absent"},
      {"\"\"\"x = 1\"\"\"", "absent"},
      {"x = 1\ndel x", "absent"},
  };
  for (const Case& one : table) {
    CAPTURE(one.source);
    CHECK(x(one.source) == one.value);
  }
}

TEST_CASE("what only the running program knows is unknown, with the reason") {
  const std::vector<Case> table{
      {"x = os.environ.get('DB_HOST', 'localhost')", "<depends on the environment (DB_HOST)>"},
      {"x = environ['DB']", "<depends on the environment (DB)>"},
      {"x = int(os.getenv('PORT', 5432))", "<depends on the environment (PORT)>"},
      {"x = os.environ.get('A') or os.environ.get('B')", "<depends on the environment (A, B)>"},
      {"x = {'HOST': os.environ.get('H', ''), 'PORT': 5432}",
       "{'HOST': <depends on the environment (H)>, 'PORT': 5432}"},
      {"x = open('/run/secret').read()", "<is worked out in line 1>"},
      {"x = 'a' if y else 'b'", "<is worked out in line 1>"},
      {"x = 'a' % 3", "<is worked out in line 1>"},
      {"x = 'a'.upper()", "<is worked out in line 1>"},
      {"x = [a for a in b]", "<is worked out in line 1>"},
      {"x = [1, *rest]", "<is worked out in line 1>"},
      {"x = {'a': 1, **other}", "<is worked out in line 1>"},
      {"x = {k: 1 for k in y}", "<is worked out in line 1>"},
      {"x = [lambda a, b: a, 1]", "[<is worked out in line 1>, 1]"},
      {"x = [f(1, 2), 'b']", "[<is worked out in line 1>, 'b']"},
      {"x = 1\nif y:\n    x = 2\n", "<is set under a condition in line 3>"},
      {"x = 1\nif y: x = 2\n", "<is set under a condition in line 2>"},
      {"x = {'a': 1}\nif y:\n    x['a'] = 2\n", "<is set under a condition in line 3>"},
      {"x = {'a': 1}\nfor k in y:\n    x.update(k)\n", "<is set under a condition in line 3>"},
      {"for x in y:\n    pass\n", "<is set under a condition in line 1>"},
      {"try:\n    from .local import x\nexcept ImportError:\n    pass\n",
       "<is imported in line 2>"},
      {"x = 1\nfrom .extra import *", "<may be set again by from .extra import *>"},
      {"from nautobot.core.settings import *",
       "<may come from \"from nautobot.core.settings import *\">"},
      {"from a import *\nx = 1", "1"},
      {"from a import b as x", "<is imported in line 1>"},
      {"x = {'a': 1}\nx.update(b=2)", "<is changed in line 2>"},
      {"x = {'a': 1}\nx[y] = 2", "<is changed in line 2>"},
      {"x = {'a': 1}\ndel x['a']", "<is changed in line 2>"},
      {"x = 1\nx += 1", "<is changed in line 2>"},
      {"x, y = f()", "<is worked out in line 1>"},
      {"with open('f') as f:\n    x = f.read()", "<is set under a condition in line 2>"},
  };
  for (const Case& one : table) {
    CAPTURE(one.source);
    CHECK(x(one.source) == one.value);
  }
}

TEST_CASE("text that is no Python is refused with its line") {
  for (const std::string source :
       {"x = 1\ny = 'open\n", "x = 1\ny = [1,\n", "x = 1\ny = 1)\n", "x = 1\n''' never ends"}) {
    try {
      readModule(source);
      FAIL("read: " << source);
    } catch (const core::Error& error) {
      CHECK(error.kind() == core::Kind::corrupt);
      CHECK_THAT(error.what(), Contains("line 2"));
    }
  }
}
