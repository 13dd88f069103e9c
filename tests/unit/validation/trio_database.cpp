#include "tests/unit/validation/trio.hpp"

namespace validation_test {
namespace {

using Rows = std::vector<std::vector<ports::SqlValue>>;

Scene gives(std::string part, std::vector<std::string> columns, Rows rows,
            core::Json arguments = kNoArguments) {
  return [=](Bench& bench) {
    bench.database().on(part).gives(columns, rows);
    return arguments;
  };
}

Scene sql(const char* answer) {
  return [=](Bench& bench) {
    bench.database().on("default_transaction_read_only");
    bench.database().on("SELECT 1").gives({"?column?"}, {{answer}});
    return core::Json{{"expect", "1"}};
  };
}

Scene reports(const char* status) {
  return [=](Bench& bench) {
    bench.database()
        .on("information_schema.columns")
        .gives({"table_name", "column_name"}, {{"core_job", "status"}, {"core_job", "completed"}});
    bench.database()
        .on("FROM core_job")
        .gives({"name", "status", "ended"}, {{"a.B", status, "2026-11-21T01:00:00Z"}});
    return kNoArguments;
  };
}

/// A schema with one collation, made with version 153.112.
Scene collation(const char* actual) {
  return [=](Bench& bench) {
    auto& database = bench.database();
    database.on("BEGIN TRANSACTION");
    database.on("set_config");
    database.on("server_version").gives({"v"}, {{"15.20"}});
    database.on("'collation' AS kind")
        .gives({"kind", "tbl", "name", "facts"},
               {{"collation", "", "public.natural_sort",
                 R"({"version": "153.112", "actual_version": ")" + std::string(actual) + R"("})"}});
    database.on("COMMIT");
    database.on("q.seqincrement").gives({"sequence", "place", "field", "step"}, {});
    database.on(" AS kind").gives({"kind", "tbl", "name", "facts"}, {}).always();
    return kNoArguments;
  };
}

/// A sequence that gives `next` to a column that goes up to 24.
Scene sequence(const char* next) {
  return [=](Bench& bench) {
    bench.database()
        .on("q.seqincrement")
        .gives({"sequence", "place", "field", "step"}, {{"x_id_seq", "public.x", "id", "1"}});
    bench.database().on("AS largest").gives({"i", "next", "largest"}, {{"0", next, "24"}});
    return kNoArguments;
  };
}

Scene links(const char* text) {
  return [=](Bench& bench) {
    bench.database().on("to_regclass").gives({"has"}, {{"t"}});
    bench.database()
        .on("FROM extras_customlink")
        .gives({"name", "text", "url"}, {{"link", text, "https://x"}});
    return kNoArguments;
  };
}

Scene mediaRow(const char* row) {
  return [=](Bench& bench) {
    bench.fakes.files.put("/opt/netbox/media/image-attachments/a.png", "x");
    bench.database()
        .on("information_schema.columns")
        .gives({"table_name", "column_name"}, {{"extras_imageattachment", "image"}});
    bench.database().on("AS path").gives({"path"}, {{row}});
    return kNoArguments;
  };
}

/// One standby; without a state it is one that may not be seen.
Scene standby(ports::SqlValue state, const char* seconds) {
  return [=](Bench& bench) {
    auto& database = bench.fakes.sql.database("postgres");
    database.on("pg_is_in_recovery").gives({"standby"}, {{"f"}});
    database.on("pg_stat_replication")
        .gives({"name", "place", "state", "bytes", "seconds"},
               {{"db2", "192.0.2.2", state, "0", seconds}});
    return kNoArguments;
  };
}

Scene clock(const char* there) {
  return [=](Bench& bench) {
    bench.database().on("clock_timestamp").gives({"now"}, {{there}});
    bench.fakes.shell.on("timedatectl *").says("yes\n");
    return kNoArguments;
  };
}

}  // namespace

std::vector<Trio> databaseTrios() {
  const core::Json tags{{"query", "SELECT slug FROM extras_tag"}};
  const Scene wrong_password = [](Bench& bench) {
    bench.database().refuses("28P01", "password authentication failed");
    return core::Json{{"expect", "1"}};
  };
  return {
      {"sql", sql("1"), sql("0"), wrong_password},
      {"sql-none", gives("extras_tag", {"slug"}, {}, tags),
       gives("extras_tag", {"slug"}, {{"a"}}, tags), databaseDown(tags)},
      {"sequences", sequence("25"), sequence("2"), databaseDown()},
      {"collations", collation("153.112"), collation("153.120"), databaseDown()},
      {"reports", reports("completed"), reports("errored"), databaseDown()},
      {"custom-links", links("{{ object.name }}"), links("{{ object.name }"), databaseDown()},
      {"media-files", mediaRow("image-attachments/a.png"), mediaRow("image-attachments/b.png"),
       databaseDown()},
      {"replication", standby("streaming", "0.2"), standby("streaming", "90"),
       standby(std::nullopt, "0")},
      // The clock of the test stands at 2026-11-21T03:00:00Z.
      {"clock", clock("1795230000500000"), clock("1795230060000000"), databaseDown()},
  };
}

}  // namespace validation_test
