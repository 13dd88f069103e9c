#include <random>

#include "lib/core/error.hpp"
#include "lib/migrations/read_file.hpp"
#include "lib/migrations/showmigrations.hpp"
#include "tests/catch.hpp"

namespace {

const std::string kSource = R"(# -*- coding: utf-8 -*-
from django.db import migrations, models
EXTRA = [('extras', '0001_initial')]

def forwards(apps, schema_editor):
    Cable = apps.get_model('dcim', 'Cable')  # ünïcode

class Migration(migrations.Migration):
    """It's a 'text'."""
    atomic = False
    replaces = [('dcim', '0001_a')] + EXTRA
    dependencies = [('dcim', r'0001_initial'), migrations.swappable_dependency(settings.X), *EXTRA]
    operations = [
        migrations.CreateModel(name='X', fields=[('id', models.AutoField(default=lambda: {'a': 1}))]),
        migrations.RunPython(forwards, f"{x}", elidable=True),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('x' 'y')]),
    ]
)";

/// One damage of the kinds that happen: cut, a byte changed, a part doubled or taken out.
std::string damaged(std::string text, std::mt19937& random) {
  const auto place = [&] { return random() % (text.size() + 1); };
  switch (random() % 4) {
    case 0:
      return text.substr(0, place());
    case 1:
      if (!text.empty()) text[random() % text.size()] = static_cast<char>(random());
      return text;
    case 2:
      return text.insert(place(), text.substr(place(), 40));
    default:
      return text.erase(place(), random() % 40);
  }
}

}  // namespace

TEST_CASE("a damaged migration or plan is read or refused, and never anything else") {
  std::mt19937 random(4711);
  int read = 0;
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string source = kSource;
    std::string plan =
        "[X]  dcim.0001_a ... (auth.0001_x)\nadmin\n [ ] 0001_x (2 squashed migrations)\n";
    for (unsigned times = 1 + random() % 4; times > 0; --times) {
      source = damaged(source, random);
      plan = damaged(plan, random);
    }
    for (const bool migration : {true, false}) {
      try {
        if (migration) {
          migrations::readMigration(source, {"dcim", "0002_b"}, "x.py");
        } else {
          migrations::readShown(plan, "plan");
        }
        ++read;
      } catch (const core::Error& error) {
        const bool told =
            error.kind() == core::Kind::corrupt || error.kind() == core::Kind::not_found;
        REQUIRE(told);
        ++refused;
      }
    }
  }
  CHECK(read > 100);
  CHECK(refused > 100);
}
