#include "lib/step/plan.hpp"

#include <fmt/format.h>

namespace step {
namespace {

void visitAll(const std::vector<Spec>& steps, const Path& above,
              const std::function<void(const Path&, const Spec&)>& visit) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Path path = innerPath(above, i);
    visit(path, steps[i]);
    visitAll(steps[i].inner, path, visit);
  }
}

core::Json specsToJson(const std::vector<Spec>& specs) {
  core::Json list = core::Json::array();
  for (const Spec& spec : specs) list.push_back(toJson(spec));
  return list;
}

std::vector<Spec> specsFromJson(const core::Json& list) {
  std::vector<Spec> specs;
  for (const core::Json& each : list) specs.push_back(specFromJson(each));
  return specs;
}

}  // namespace

void forEachStep(const std::vector<Spec>& steps,
                 const std::function<void(const Path&, const Spec&)>& visit) {
  visitAll(steps, {}, visit);
}

Path innerPath(const Path& bracket, std::size_t index) {
  return bracket.empty() ? fmt::format("{}", index + 1) : fmt::format("{}.{}", bracket, index + 1);
}

core::Json toJson(const Spec& spec) {
  core::Json json{{"kind", spec.kind}, {"arguments", spec.arguments}};
  if (!spec.inner.empty()) json["inner"] = specsToJson(spec.inner);
  return json;
}

core::Json toJson(const Plan& plan) {
  core::Json json{{"id", plan.id},
                  {"verb", plan.verb},
                  {"instance", plan.instance},
                  {"title", plan.title},
                  {"abort_on_failure", plan.abort_on_failure},
                  {"facts", plan.facts},
                  {"steps", specsToJson(plan.steps)}};
  if (!plan.undoes.empty()) json["undoes"] = plan.undoes;
  return json;
}

Spec specFromJson(const core::Json& json) {
  Spec spec{json.at("kind").get<std::string>(), json.at("arguments")};
  if (json.contains("inner")) spec.inner = specsFromJson(json.at("inner"));
  return spec;
}

Plan planFromJson(const core::Json& json) {
  Plan plan;
  plan.id = json.at("id").get<std::string>();
  plan.verb = json.at("verb").get<std::string>();
  plan.instance = json.at("instance").get<std::string>();
  plan.title = json.at("title").get<std::string>();
  plan.abort_on_failure = json.at("abort_on_failure").get<bool>();
  plan.facts = json.at("facts");
  plan.steps = specsFromJson(json.at("steps"));
  plan.undoes = json.value("undoes", std::string());
  return plan;
}

}  // namespace step
