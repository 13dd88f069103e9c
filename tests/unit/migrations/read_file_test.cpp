#include "lib/migrations/read_file.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;
using migrations::Key;
using migrations::Migration;

namespace {

Migration read(const std::string& body, const std::string& before = "") {
  return migrations::readMigration(before + "\nclass Migration(migrations.Migration):\n" + body,
                                   {"dcim", "0002_b"}, "b.py");
}

std::string failure(const std::string& source) {
  try {
    migrations::readMigration(source, {"dcim", "0002_b"}, "/x/0002_b.py");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::corrupt);
    return error.what();
  }
  return "read";
}

}  // namespace

TEST_CASE("a migration's attributes are read through comments, concatenations and every string") {
  const Migration one = read(R"(
    """A text: dependencies = [('no', 'no')]"""
    initial = True
    atomic = False  # concurrently
    replaces = [('dcim', '0001_' 'a'), (r"dcim", u'0002_a')] + [
        # one more
        ('dcim', """0003_a"""),
    ]
    dependencies = (
        ('tenancy', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency('users.User'),
        *EXTRA,
        ("ipam", "__latest__"),
    )
    dependencies += [('circuits', '__first__')]
    run_before: list = [('extras', '0009_x')]
)",
                             "EXTRA = [('extras', '0001_initial')]\n");
  CHECK(one.initial == true);
  CHECK_FALSE(one.atomic);
  CHECK(one.replaces ==
        std::vector<Key>{{"dcim", "0001_a"}, {"dcim", "0002_a"}, {"dcim", "0003_a"}});
  CHECK(one.dependencies == std::vector<Key>{{"tenancy", "0001_initial"},
                                             {"__setting__", "AUTH_USER_MODEL"},
                                             {"users", "__first__"},
                                             {"extras", "0001_initial"},
                                             {"ipam", "__latest__"},
                                             {"circuits", "__first__"}});
  CHECK(one.run_before == std::vector<Key>{{"extras", "0009_x"}});
  CHECK(one.doubts.empty());
}

TEST_CASE("operations are read with model, object and table, and what their functions touch") {
  const Migration one = read(R"(
    operations = [
        migrations.CreateModel(name='Cable', fields=[('id', models.AutoField(primary_key=True)),],
                               options={'db_table': 'cables', 'ordering': ['pk']}),
        migrations.AddField('Device', 'rack', models.ForeignKey(to='dcim.Rack', null=True)),
        migrations.RenameModel(old_name="Old", new_name="New"),
        migrations.AddIndex(model_name='x', index=models.Index(fields=['a'], name='x_idx')),
        migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(code=migrations.RunPython.noop),
        migrations.RunPython(raw),
        migrations.RunSQL("UPDATE x SET y = 1"),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel('Gone')],
            database_operations=[migrations.AlterModelTable('Was', 'is_now')],
        ),
        TrigramExtension(),
    ]
)",
                             R"(
def forwards(apps, schema_editor):
    Cable = apps.get_model('dcim', 'Cable')
    other(apps)

def other(apps):
    for one in apps.get_model("extras.Tag").objects.all():
        one.save()

def raw(apps, schema_editor):
    schema_editor.execute("UPDATE x SET y = 1")
)");
  REQUIRE(one.operations.size() == 10);
  CHECK(one.operations[0].model == "cable");
  CHECK(one.operations[0].table == "cables");
  CHECK(one.operations[1].model == "device");
  CHECK(one.operations[1].object == "rack");
  CHECK(one.operations[2].object == "New");
  CHECK(one.operations[3].object == "x_idx");
  CHECK(one.operations[4].touches == std::vector<std::string>{"dcim.cable", "extras.tag"});
  CHECK(one.operations[4].elidable);
  CHECK(one.operations[5].touches == std::vector<std::string>{});
  CHECK_FALSE(one.operations[6].touches);
  CHECK(one.operations[7].isData());
  REQUIRE(one.operations[8].database.size() == 1);
  CHECK(one.operations[8].database[0].table == "is_now");
  CHECK(one.operations[9].kind == "TrigramExtension");
  CHECK(one.doubts.empty());
}

TEST_CASE("what would have to be run is a doubt with its line, and the rest stays readable") {
  const Migration one = read(R"(
    dependencies = [('a', '0001_x'), ('b', name()), swappable_dependency(USER_MODEL)]
    operations = [migrations.AddField('a', 'b', f())] + more()
    if settings.X:
        run_before = [('a', 'b')]
    for x in y: operations.append(x)

    def __init__(self, *args):
        super().__init__(*args)
        dependencies = 1
)");
  CHECK(one.dependencies == std::vector<Key>{{"a", "0001_x"}});
  std::vector<std::string> words;
  for (const auto& doubt : one.doubts) words.push_back(doubt.inWords());
  CHECK(words == std::vector<std::string>{
                     "b.py:4: one of its dependencies is worked out",
                     "b.py:4: one of its dependencies is worked out",
                     "b.py:5: its operations are worked out",
                     "b.py:7: its run_before are changed in a way that is worked out",
                     "b.py:8: its operations are changed in a way that is worked out",
                     "b.py:10: its __init__ may change it",
                 });
}

TEST_CASE("a file that is no migration is refused with path and line") {
  CHECK(failure("x = 1\n") == "/x/0002_b.py: has no class Migration");
  CHECK(failure("class Other:\n    pass\n") == "/x/0002_b.py: has no class Migration");
  CHECK_THAT(failure("class Migration:\n    dependencies = [('a',\n"), Contains("line 2 is not"));
  CHECK_THAT(failure("\nclass Migration:\n    x = '\xff\xfe'\n"),
             Contains("line 3") && Contains("UTF-8"));
  CHECK_THAT(failure(std::string("class Migration:\n\0", 18)), Contains("NUL byte"));
  CHECK_THAT(failure(std::string(5U << 20U, '#')), Contains("bytes, more than"));
}

TEST_CASE("deep nesting and names that stand for themselves end in a doubt") {
  const std::string deep(5000, '[');
  const std::string close(5000, ']');
  CHECK(read("    dependencies = " + deep + close + "\n").doubts.size() == 1);
  CHECK(read("    dependencies = A\n", "A = A\n").doubts.size() == 1);
  CHECK(read("    dependencies = A\n", "A = B\nB = A\n").doubts.size() == 1);
  CHECK(read("    dependencies = A\n", "A = []\nA.append(1)\n").doubts.size() == 1);
}
