#include "lib/permissions/upload.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace permissions {
namespace {

constexpr const char* kBoundary = "----sotctl-trial-7d1f0c3a5b";
constexpr const char* kAttachments = "/api/extras/image-attachments/";
constexpr const char* kName = "sotctl-trial";
constexpr std::size_t kShown = 300;

/// The smallest PNG: one grey pixel.
std::string onePixel() {
  static constexpr unsigned char bytes[] = {
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
      0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
      0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78,
      0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00,
      0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
  return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

/// Ids are numbers in NetBox and UUIDs in Nautobot.
std::string idOf(const core::Json& object) {
  const core::Json& id = object.at("id");
  return id.is_string() ? id.get<std::string>() : id.dump();
}

/// The type of the object that gets the image: "object_type" since NetBox 4, "content_type" before
/// and in Nautobot. Each ignores what it does not know.
std::string form(const std::string& object) {
  std::string body;
  const std::vector<std::pair<const char*, std::string>> fields{{"object_type", "dcim.device"},
                                                                {"content_type", "dcim.device"},
                                                                {"object_id", object},
                                                                {"name", kName}};
  for (const auto& [name, value] : fields) {
    body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n",
                        kBoundary, name, value);
  }
  body += fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"image\"; filename=\"{}.png\"\r\n"
      "Content-Type: image/png\r\n\r\n",
      kBoundary, kName);
  return body + onePixel() + fmt::format("\r\n--{}--\r\n", kBoundary);
}

/// What an answer says went wrong: fields of JSON, or the line of an error page that names the
/// exception.
std::string complaint(const ports::HttpResponse& response) {
  std::string words = response.body;
  const core::Json json = core::Json::parse(response.body, nullptr, false);
  if (json.is_object()) {
    words.clear();
    for (const char* key : {"exception", "error", "detail"}) {
      if (json.contains(key) && json.at(key).is_string()) {
        words += (words.empty() ? "" : ": ") + json.at(key).get<std::string>();
      }
    }
    if (words.empty()) words = response.body;
  } else {
    for (const char* begin : {"[Errno", "PermissionError", "OSError"}) {
      const auto at = response.body.find(begin);
      if (at == std::string::npos) continue;
      words = response.body.substr(at);
      break;
    }
  }
  words = std::string(core::trim(words)).substr(0, kShown);
  return fmt::format("status {}: {}", response.status,
                     core::printable(words.substr(0, words.find_first_of("\n<"))));
}

/// One trial: asks the application one thing after the other.
class Upload {
 public:
  Upload(ports::World& world, const config::Instance& instance, const core::Secret& token)
      : world_(world), token_(token) {
    if (instance.probes.empty()) {
      throw core::Error(
          core::Kind::undetermined, "no address of the application is known",
          "Add a probe: [[instance." + instance.name + ".probe]] url = \"http://…\".");
    }
    const std::string& url = instance.probes.front().url;
    base_ = url.substr(0, url.find('/', url.find("://") + 3));
    for (const auto& [name, value] : instance.probes.front().headers) {
      headers_[name] = core::Secret(value);
    }
  }

  const std::string& base() const { return base_; }

  std::string device() {
    const auto response = send("GET", "/api/dcim/devices/?limit=1");
    if (response.status != 200) throw undetermined(response);
    const core::Json json = core::Json::parse(response.body);
    if (json.at("results").empty()) {
      throw core::Error(core::Kind::undetermined, "there is no device that an image could be of");
    }
    return idOf(json.at("results").at(0));
  }

  /// The new attachment's id.
  std::string upload(const std::string& device) {
    const auto response = send("POST", kAttachments, form(device));
    if (response.status == 401 || response.status == 403) throw undetermined(response);
    if (response.status != 201) throw failed("upload", response);
    return idOf(core::Json::parse(response.body));
  }

  void look(const std::string& id) {
    const auto response = send("GET", kAttachments + id + "/");
    if (response.status != 200) throw failed("look at the uploaded image", response);
  }

  void remove(const std::string& id) {
    const auto response = send("DELETE", kAttachments + id + "/");
    if (response.status != 204) {
      throw failed(fmt::format("delete the image that was uploaded ({}{}/)", kAttachments, id),
                   response);
    }
  }

 private:
  ports::HttpResponse send(const std::string& method, const std::string& path,
                           std::string body = {}) {
    ports::HttpRequest request;
    request.method = method;
    request.url = base_ + path;
    request.headers = headers_;
    request.headers["Authorization"] = core::Secret("Token " + token_.reveal());
    request.headers["Accept"] = core::Secret("application/json");
    if (!body.empty()) {
      request.headers["Content-Type"] =
          core::Secret(std::string("multipart/form-data; boundary=") + kBoundary);
    }
    request.body = std::move(body);
    request.limit = std::chrono::seconds(30);
    request.mutates = method != "GET";
    return world_.http.send(request);
  }

  static core::Error undetermined(const ports::HttpResponse& response) {
    return {core::Kind::undetermined, "the application did not let us try: " + complaint(response),
            "The token needs the right to add and delete image attachments."};
  }
  static core::Error failed(const std::string& deed, const ports::HttpResponse& response) {
    return {core::Kind::failed_check, fmt::format("could not {}: {}", deed, complaint(response))};
  }

  ports::World& world_;
  const core::Secret& token_;
  std::string base_;
  std::map<std::string, core::Secret> headers_;
};

}  // namespace

Finding tryUpload(ports::World& world, const config::Instance& instance,
                  const core::Secret& token) {
  Finding finding;
  finding.kind = Finding::Kind::upload;
  finding.place = instance.name;
  finding.wanted = "that people can upload images";
  try {
    Upload trial(world, instance, token);
    finding.place = trial.base();
    const std::string id = trial.upload(trial.device());
    trial.look(id);
    trial.remove(id);
    finding.outcome = core::Outcome::pass;
    finding.found = "an image was uploaded, seen and deleted through the application";
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    const bool failed = error.kind() == core::Kind::failed_check;
    finding.outcome = failed ? core::Outcome::fail : core::Outcome::unknown;
    finding.found = error.what();
    finding.why = error.hint();
  } catch (const core::Json::exception&) {
    finding.outcome = core::Outcome::unknown;
    finding.found = "the application's answer is not that of its API";
  }
  return finding;
}

}  // namespace permissions
