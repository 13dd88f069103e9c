#include "lib/cluster/pointing.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;

namespace {

application::Installation installation() {
  return {config::Product::netbox, "/opt/netbox", "/opt/netbox/configuration.py",
          "/opt/netbox/venv/bin/python"};
}

std::string moved(const std::string& text) {
  return cluster::pointedAt(text, installation(), "db2.example.org", 5433);
}

}  // namespace

TEST_CASE("only host and port of the database change in the application's configuration") {
  const std::string text =
      "# HOST is below\nALLOWED_HOSTS = ['*']\n"
      "DATABASE = {\n    'NAME': 'netbox',  # the name\n    'USER': 'netbox',\n"
      "    'PASSWORD': 'it''s',\n    'HOST': 'db1',\n    'PORT': '',\n    'CONN_MAX_AGE': 300,\n}\n"
      "REDIS = {'tasks': {'HOST': 'redis', 'PORT': 6379}}\n";
  const std::string after = moved(text);
  CHECK_THAT(after, Contains("'HOST': 'db2.example.org',") && Contains("'PORT': '5433',") &&
                        Contains("{'HOST': 'redis', 'PORT': 6379}") && Contains("# the name") &&
                        Contains("# HOST is below"));
  CHECK(after.size() == text.size() + std::string("db2.example.org").size() - 3 + 4);
}

TEST_CASE("the newer form, and a port that is a number, change as well") {
  CHECK_THAT(moved("DATABASES = {\"default\": {\"NAME\": \"netbox\", \"USER\": \"netbox\", "
                   "\"HOST\": \"db1\", \"PORT\": 5432}}\n"),
             Contains("\"HOST\": \"db2.example.org\", \"PORT\": 5433"));
}

TEST_CASE("a server that is not written there as a plain value is left to a person") {
  for (const char* text :
       {"import os\nDATABASE = {'NAME': 'n', 'HOST': os.environ['DB_HOST'], 'PORT': ''}\n",
        "DATABASE = {'NAME': 'n', 'USER': 'u'}\n", "from other import *\n",
        "HOST = 'db1'\nDATABASE = {'NAME': 'n', 'HOST': HOST, 'PORT': '5432'}\n"}) {
    CHECK_THROWS_WITH(moved(text), Contains("can't be changed by this program"));
  }
  CHECK_THROWS_AS(
      cluster::pointedAt("DATABASE = {'HOST': 'a', 'PORT': '1'}\n", installation(), "a'b", 5432),
      core::Error);
}
