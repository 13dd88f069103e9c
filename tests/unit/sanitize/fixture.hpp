#pragma once

#include <string>

#include "lib/core/error.hpp"
#include "lib/sanitize/run.hpp"

// A small dump with a secret in each kind of column, and rules and a catalogue for it.
namespace sanitize_fixture {

inline const std::string kKey(32, 'k');

inline const char* const kRules = R"j({
  "product": "netbox",
  "changelog": ["log"],
  "truncate": {"tables": ["gone"]},
  "types": {"bigint": ["id", "*_id"], "boolean": ["*"]},
  "repr": {"dcim_device": "hostname (asset-tag)"
}
, "table" : {
  "dcim_device" : {
    "name" : "hostname",
    "_name" : "natural:name",
    "serial" : "serial",
    "asset_tag" : "asset-tag",
    "comments" : "empty",
    "custom_field_data" : "json-null",
    "context" : "json",
    "mac" : "mac"
  },
  "log" : {"user_name" : "username", "object_repr" : "repr", "data" : "history"},
  "users_user" : {"username" : "username", "password" : "unusable-password"},
  "ranges" : {"start" : "ip", "last" : "shift:start ip"},
  "child" : {}
},
            "keep" : {"dcim_device" : {"choice" : ["status"]}},
                     "reasons" : {
  "choice" : "a fixed list"
}
})j";

inline const char* const kCatalogue = R"j({
  "product": "netbox",
  "kinds": {"secret": "opens something", "history": "copies"},
  "column": {
    "dcim_device": {"name": "secret hostname 2.0..", "serial": "secret serial 2.0..", "asset_tag": "secret asset-tag 2.0..",
      "comments": "secret prose 2.0..", "custom_field_data": "secret json 2.0..", "context": "secret json 2.0..", "mac": "secret mac 2.0.."},
    "log": {"user_name": "secret username 2.0..", "data": "history history 2.0..", "object_repr": "history repr 2.0.."},
    "users_user": {"username": "secret username 2.0..", "password": "secret secret 2.0.."},
    "gone": {"token": "secret secret 2.0.."}
  }
})j";

inline const std::string kSchema =
    "SET client_encoding = 'UTF8';\n"
    "CREATE TABLE public.dcim_device (id bigint NOT NULL, name character varying(64), _name "
    "character varying(100),"
    " serial character varying(50) NOT NULL, asset_tag character varying(50), comments text NOT "
    "NULL, custom_field_data jsonb NOT NULL,"
    " context jsonb, status character varying(50) NOT NULL, mac macaddr);\n"
    "CREATE TABLE public.log (id bigint, user_name character varying(150) NOT NULL, object_repr "
    "text NOT NULL, data jsonb,"
    " changed_object_type_id bigint, changed_object_id bigint);\n"
    "CREATE TABLE public.gone (id bigint, token text);\n"
    "CREATE TABLE public.child (id bigint, gone_id bigint);\n"
    "CREATE TABLE public.plugin (id bigint, x text);\n"
    "CREATE TABLE public.users_user (id bigint, username text, password text, is_superuser "
    "boolean);\n"
    "CREATE TABLE public.ranges (id bigint, start inet, last inet);\n"
    "CREATE TABLE public.django_content_type (id bigint, app_label text, model text);\n";
inline const std::string kRows =
    "COPY public.dcim_device (id, name, _name, serial, asset_tag, comments, custom_field_data, "
    "context, status, mac) FROM stdin;\n"
    "1\trtr01-ams.corp\trtr00000001-ams.corp\tSN123ABC77\t\\N\tpassword is Hunter2LAB77\\nsecond "
    "line\t{\"pin\": \"P1N99X77\"}\t{\"snmp\": {\"community\": \"C0mm99X77\", \"n\": [1, true, "
    "\"x\"]}}\tactive\t02:aa:bb:cc:dd:01\n"
    "2\tsw-2\tsw-00000002\t\t\\\\N\t\t{}\t\\N\tactive\t\\N\n"
    "\\.\n"
    "COPY public.django_content_type (id, app_label, model) FROM stdin;\n32\tdcim\tdevice\n\\.\n"
    "COPY public.log (id, user_name, object_repr, data, changed_object_type_id, changed_object_id) "
    "FROM stdin;\n"
    "1\tjanedoe77\trtr01-ams.corp (AT00X77)\t{\"name\": \"rtr01-ams.corp\", \"serial\": "
    "\"SN123ABC77\", \"mac\": \"02:AA:BB:CC:DD:01\", \"status\": \"active\", \"comments\": \"say "
    "\\\\\"hi\\\\\" C:\\\\\\\\x Hunter2LAB77\", \"novel\": [\"SN123ABC77\"], \"custom_fields\": "
    "{\"pin\": \"P1N99X77\"}, \"context\": null}\t32\t1\n"
    "2\tjanedoe77\tother thing\t{\"name\": \"x\"}\t99\t7\n"
    "\\.\n"
    "COPY public.gone (id, token) FROM stdin;\n5\tT0ken99887766\n\\.\n"
    "COPY public.child (id, gone_id) FROM stdin;\n1\t5\n\\.\n"
    "COPY public.plugin (id, x) FROM stdin;\n1\tsecret of a plugin\n\\.\n"
    "COPY public.users_user (id, username, password, is_superuser) FROM "
    "stdin;\n1\tjanedoe77\tpbkdf2_sha256$1$saltsalt$hashhash99\tt\n\\.\n"
    "COPY public.ranges (id, start, last) FROM stdin;\n1\t10.0.0.1/24\t10.0.0.9/24\n\\.\n";
inline const std::string kEnd =
    "ALTER TABLE ONLY public.child ADD CONSTRAINT c FOREIGN KEY (gone_id) REFERENCES "
    "public.gone(id);\n"
    "-- PostgreSQL database dump complete\n";

struct Fixture {
  core::Cancellation cancellation;
  core::NoProgress progress;
  sanitize::RuleSet rules;
  sanitize::Catalogue catalogue = sanitize::readCatalogue(core::Json::parse(kCatalogue), "c");
  sanitize::Plan::Options options;
  sanitize::Login login;
  sanitize::Findings findings;
  sanitize::Rewritten rewritten;
  std::string said;  // by the last refusal

  explicit Fixture(const std::string& more = "{}") {
    sanitize::addRules(rules, core::Json::parse(kRules), "r", false, true);
    sanitize::addRules(rules, core::Json::parse(more), "site", true, true);
  }
  static sanitize::Input input(const std::string& text) {
    return {"x.sql", [text] { return std::make_unique<core::StringSource>(text); }, text.size()};
  }
  std::string copy(const std::string& text, int jobs = 1) {
    const sanitize::Surroundings around{cancellation, progress, jobs};
    const auto inspected = sanitize::inspect(input(text), "", around);
    const sanitize::RewritePlan how{
        inspected.facts, rules, catalogue, options, {}, kKey, "", login, dump::Compression::none};
    sanitize::Originals originals(sanitize::commonWords(inspected.facts, {}), {});
    core::StringSink out;
    rewritten = sanitize::rewriteDump(input(text), how, originals, out, around);
    originals.freeze();
    findings = sanitize::searchDump(input(out.text()), inspected.facts, catalogue, "", originals,
                                    kKey, around);
    return out.text();
  }
};

inline std::string text(sanitize::Format format, const std::string& value) {
  std::string to;
  sanitize::Pseudonyms(kKey).apply(format, value, to);
  return to;
}

inline bool has(const std::string& all, const std::string& part) {
  return all.find(part) != std::string::npos;
}

inline core::Kind refusal(Fixture& fixture, const std::string& dump) {
  try {
    fixture.copy(dump);
  } catch (const core::Error& error) {
    fixture.said = std::string(error.what()) + "\n" + error.hint();
    return error.kind();
  }
  return core::Kind::unexpected;
}

}  // namespace sanitize_fixture
