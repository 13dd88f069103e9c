#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/ports/files.hpp"
#include "tests/catch.hpp"
#include "tests/support/kinds.hpp"

namespace contract {

inline std::vector<std::string> names(ports::Files& files, const std::string& folder) {
  std::vector<std::string> all;
  for (const ports::FileInfo& info : files.list(folder)) all.push_back(info.name);
  return all;
}

inline std::string readAll(ports::Files& files, const std::string& path) {
  core::StringSink sink;
  core::pump(*files.open(path), sink);
  return sink.text();
}

/// What every file system does. `root` is an empty folder; `link` makes a symbolic link.
class FilesContract {
 public:
  FilesContract(ports::Files& files, std::string root,
                std::function<void(const std::string&, const std::string&)> link)
      : files_(files), root_(std::move(root)), link_(std::move(link)) {}

  void all() {
    contents();
    createsAtomically();
    folders();
    links();
    trees();
    locks();
    owners();
  }

  /// What file systems of this host can do beside that.
  void here() {
    heldTrees();
    exchanges();
  }

 private:
  void heldTrees() {
    files_.makeFolder(at("held"), 0755);
    files_.replace(at("secret"), "outside", 0600);
    link_(at("secret"), at("held/door"));
    link_(root_, at("held/way"));
    const auto tree = files_.tree(at("held"));
    CHECK(support::kindOf([&] { tree->open("door"); }) == "refused");
    CHECK(support::kindOf([&] { tree->open("way/secret"); }) == "refused");
    CHECK(support::kindOf([&] { tree->create("way/new"); }) == "refused");
    CHECK(support::kindOf([&] { tree->makeFolder("way/new"); }) == "refused");
    CHECK(support::kindOf([&] { tree->open("../secret"); }) == "usage");
    CHECK(support::kindOf([&] { tree->create("/etc/new"); }) == "usage");
    CHECK_FALSE(tree->info("nothing"));
    CHECK_FALSE(tree->info("nothing/below"));
    CHECK(tree->linkTarget("door") == at("secret"));

    tree->makeFolder("a");
    CHECK(support::kindOf([&] { tree->makeFolder("a"); }) == "unexpected");
    const auto file = tree->create("a/b");
    file->write("text");
    CHECK(support::kindOf([&] { tree->create("a/b"); }) == "unexpected");
    CHECK(tree->info("a/b").value().mode == 0600);
    ports::FileInfo as = tree->info("a/b").value();
    as.mode = 0640;
    as.changed = core::Time(std::chrono::seconds(1600000000));
    CHECK(file->dress(as).empty());
    as.type = ports::FileType::folder;
    as.mode = 02750;
    CHECK(tree->dress("a", as).empty());
    tree->makeLink("a/c", "b");
    as.type = ports::FileType::link;
    CHECK(tree->dress("a/c", as).empty());
    tree->sync();
    CHECK(readAll(files_, at("held/a/b")) == "text");
    CHECK(files_.info(at("held/a/b")).value().mode == 0640);
    CHECK(files_.info(at("held/a/b")).value().changed == as.changed);
    CHECK(files_.info(at("held/a")).value().mode == 02750);
    CHECK(tree->info("").value().inode == files_.info(at("held")).value().inode);
    CHECK(tree->list("a").size() == 2);
    CHECK(support::kindOf([&] { files_.tree(at("held/way")); }) == "refused");
    CHECK(support::kindOf([&] { files_.tree(at("nothing")); }) == "not_found");
    files_.removeTree(at("held"));
    files_.remove(at("secret"));
  }

  void exchanges() {
    files_.makeFolder(at("old"), 0700);
    files_.replace(at("old/a"), "old", 0600);
    files_.makeFolder(at("new"), 0700);
    files_.replace(at("new/a"), "new", 0600);
    const auto inode = files_.info(at("new")).value().inode;
    files_.exchange(at("old"), at("new"));
    CHECK(files_.read(at("old/a")) == "new");
    CHECK(files_.read(at("new/a")) == "old");
    CHECK(files_.info(at("old")).value().inode == inode);
    CHECK(support::kindOf([&] { files_.exchange(at("old"), at("nothing")); }) == "not_found");
    files_.removeTree(at("old"));
    files_.removeTree(at("new"));
  }

  std::string at(const std::string& name) const { return root_ + "/" + name; }

  void contents() {
    CHECK_FALSE(files_.info(at("a")));
    CHECK(support::kindOf([&] { files_.read(at("a")); }) == "not_found");
    CHECK(support::kindOf([&] { files_.open(at("a")); }) == "not_found");
    files_.replace(at("a"), "first", 0640);
    files_.replace(at("a"), "second", 0600);
    CHECK(files_.read(at("a")) == "second");
    CHECK(readAll(files_, at("a")) == "second");
    const ports::FileInfo info = files_.info(at("a")).value();
    CHECK(info.name == "a");
    CHECK(info.type == ports::FileType::file);
    CHECK(info.bytes == 6);
    CHECK(info.mode == 0600);

    files_.append(at("log"), "one\n", 0644);
    files_.append(at("log"), "two\n", 0600);
    CHECK(files_.read(at("log")) == "one\ntwo\n");
    CHECK(files_.info(at("log"))->mode == 0644);
    files_.truncate(at("log"), 4);
    CHECK(files_.read(at("log")) == "one\n");
    files_.setMode(at("log"), 0400);
    CHECK(files_.info(at("log"))->mode == 0400);

    files_.rename(at("log"), at("a"));
    CHECK(files_.read(at("a")) == "one\n");
    CHECK(support::kindOf([&] { files_.rename(at("log"), at("b")); }) == "not_found");
    files_.remove(at("a"));
    CHECK(support::kindOf([&] { files_.remove(at("a")); }) == "not_found");
    CHECK(support::kindOf([&] { files_.replace("relative", "", 0600); }) == "usage");
    CHECK(support::kindOf([&] { files_.replace(at("no/such"), "", 0600); }) == "not_found");
    CHECK(names(files_, root_).empty());
  }

  void createsAtomically() {
    {
      const auto sink = files_.create(at("new"), 0600);
      sink->write("some");
      CHECK_FALSE(files_.info(at("new")));
      CHECK(names(files_, root_).at(0).starts_with("new.partial-"));
    }
    CHECK(names(files_, root_).empty());
    const auto sink = files_.create(at("new"), 0640);
    sink->write("all ");
    sink->write("of it");
    sink->finish();
    CHECK(files_.read(at("new")) == "all of it");
    CHECK(files_.info(at("new"))->mode == 0640);
    CHECK(names(files_, root_) == std::vector<std::string>{"new"});
    files_.remove(at("new"));
  }

  void folders() {
    files_.makeFolder(at("f/g/h/"), 0750);
    files_.makeFolder(at("f/g/h"), 0700);
    CHECK(files_.info(at("f/g/h"))->mode == 0750);
    CHECK((files_.info(at("f/g"))->mode & 022) == 0);
    CHECK(files_.info(at("f"))->type == ports::FileType::folder);
    files_.replace(at("f/z"), "", 0600);
    CHECK(names(files_, at("f")) == std::vector<std::string>{"g", "z"});
    CHECK(support::kindOf([&] { files_.makeFolder(at("f/z"), 0700); }) == "refused");
    CHECK(support::kindOf([&] { files_.list(at("f/z")); }) == "refused");
    CHECK(support::kindOf([&] { files_.open(at("f/g")); }) == "refused");
    CHECK(support::kindOf([&] { files_.replace(at("f/g"), "", 0600); }) == "refused");
    CHECK(support::kindOf([&] { files_.remove(at("f")); }) == "unexpected");
    files_.remove(at("f/g/h"));
    CHECK(files_.freeBytes(root_) > 0);
    CHECK(files_.may(root_, 'w'));
    CHECK(support::kindOf([&] { files_.may(at("none"), 'r'); }) == "not_found");
    files_.syncTree(at("f"));
    CHECK(support::kindOf([&] { files_.syncTree(at("none")); }) == "not_found");
    files_.removeTree(at("f"));
  }

  void links() {
    files_.makeFolder(at("real"), 0700);
    files_.replace(at("real/text"), "text", 0600);
    link_("real", at("folder"));
    link_(at("real/text"), at("text"));
    link_(at("nowhere"), at("broken"));
    CHECK(files_.info(at("text"))->type == ports::FileType::link);
    CHECK(files_.linkTarget(at("folder")) == "real");
    CHECK(support::kindOf([&] { files_.linkTarget(at("real")); }) == "refused");
    CHECK(files_.read(at("text")) == "text");
    CHECK(files_.read(at("folder/text")) == "text");
    CHECK(files_.resolve(at("folder/text")) == at("real/text"));
    CHECK_FALSE(files_.resolve(at("broken")));
    for (const std::string& name : {at("text"), at("broken")}) {
      CHECK(support::kindOf([&] { files_.open(name); }) == "refused");
      CHECK(support::kindOf([&] { files_.replace(name, "", 0600); }) == "refused");
      CHECK(support::kindOf([&] { files_.create(name, 0600); }) == "refused");
      CHECK(support::kindOf([&] { files_.append(name, "x", 0600); }) == "refused");
      CHECK(support::kindOf([&] { files_.truncate(name, 0); }) == "refused");
      CHECK(support::kindOf([&] { files_.setMode(name, 0777); }) == "refused");
      CHECK(support::kindOf([&] { files_.lock(name); }) == "refused");
      CHECK(support::kindOf([&] { files_.removeTree(name); }) == "refused");
      CHECK(support::kindOf([&] { files_.makeFolder(name, 0700); }) == "refused");
    }
    CHECK(support::kindOf([&] { files_.list(at("folder")); }) == "refused");
    CHECK(support::kindOf([&] { files_.removeTree(at("folder")); }) == "refused");
    // The folder's own path may go through a link.
    files_.replace(at("folder/more"), "more", 0600);
    CHECK(files_.read(at("real/more")) == "more");
    files_.remove(at("broken"));
    CHECK(names(files_, root_) == std::vector<std::string>{"folder", "real", "text"});
  }

  /// Goes on with what links() left.
  void trees() {
    files_.makeFolder(at("tree/deep"), 0700);
    link_(at("real"), at("tree/deep/out"));
    files_.replace(at("tree/deep/file"), "x", 0400);
    files_.syncTree(at("tree"));
    files_.removeTree(at("tree"));
    CHECK_FALSE(files_.info(at("tree")));
    CHECK(files_.read(at("real/text")) == "text");
    files_.removeTree(at("tree"));
    CHECK(support::kindOf([&] { files_.removeTree(at("real/text")); }) == "refused");
  }

  void locks() {
    auto held = files_.lock(at("lock"));
    CHECK(held);
    CHECK_FALSE(files_.lock(at("lock")));
    held.reset();
    CHECK(files_.lock(at("lock")));
    CHECK(files_.info(at("lock")));
    CHECK(support::kindOf([&] { files_.lock(at("none/lock")); }) == "not_found");
  }

  void owners() {
    files_.replace(at("owned"), "", 0600);
    CHECK(support::kindOf([&] { files_.setOwner(at("owned"), "no-such-account"); }) == "not_found");
    CHECK(support::kindOf([&] { files_.setOwner(at("owned"), ":no-such-group"); }) == "not_found");
    CHECK(support::kindOf([&] { files_.setOwner(at("owned"), "root:no-such-group"); }) ==
          "not_found");
    CHECK(support::kindOf([&] { files_.setOwner(at("owned"), ":"); }) == "usage");
    CHECK(support::kindOf([&] { files_.setOwner(at("owned"), ""); }) == "usage");
    if (files_.info(at("owned"))->owner != 0) return;  // only root gives files away
    const unsigned postgres = [&] {
      files_.setOwner(at("owned"), "postgres");
      return files_.info(at("owned"))->owner;
    }();
    CHECK(postgres != 0);
    CHECK(files_.info(at("owned"))->group != 0);
    files_.setOwner(at("owned"), ":root");
    CHECK(files_.info(at("owned"))->owner == postgres);
    CHECK(files_.info(at("owned"))->group == 0);
    files_.setOwner(at("owned"), "root:postgres");
    CHECK(files_.info(at("owned"))->owner == 0);
    CHECK(files_.info(at("owned"))->group != 0);
    // What is made in a folder of mode 2750 has its group.
    files_.makeFolder(at("shared"), 02750);
    files_.setOwner(at("shared"), ":postgres");
    CHECK(files_.info(at("shared"))->mode == 02750);
    files_.makeFolder(at("shared/inner"), 02750);
    files_.append(at("shared/inner/file"), "x", 0640);
    for (const std::string& name : {at("shared/inner"), at("shared/inner/file")}) {
      CHECK(files_.info(name)->group == files_.info(at("shared"))->group);
      CHECK(files_.info(name)->owner == 0);
    }
    files_.removeTree(at("shared"));
    files_.remove(at("owned"));
  }

  ports::Files& files_;
  std::string root_;
  std::function<void(const std::string&, const std::string&)> link_;
};

}  // namespace contract
