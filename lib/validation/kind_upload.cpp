#include <fmt/format.h>

#include <array>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

/// What the names of probe objects begin with: by it a later run finds what a killed one left.
constexpr std::string_view kName = "sotctl-probe-";
constexpr const char* kPath = "/api/extras/image-attachments/";

/// The smallest PNG (one grey pixel), with a word in a text chunk, so that each upload is another
/// file. PNG specification, 11.3.4.3; the chunk's sum is not looked at by readers that need no
/// text.
std::string pixel(const std::string& word) {
  static constexpr std::array<unsigned char, 67> kBytes = {
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
      0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
      0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78,
      0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00,
      0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
  // Behind the last chunk: readers stop before it.
  return std::string(reinterpret_cast<const char*>(kBytes.data()), kBytes.size()) + word;
}

Body form(const std::vector<std::pair<std::string, std::string>>& fields, const std::string& name,
          const std::string& file) {
  const std::string boundary = "sotctl" + core::sha256(file + name).substr(0, 32);
  Body body{"multipart/form-data; boundary=" + boundary, {}};
  for (const auto& [key, value] : fields) {
    body.text += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n",
                             boundary, key, value);
  }
  body.text += fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"image\"; filename=\"{}.png\"\r\n"
      "Content-Type: image/png\r\n\r\n",
      boundary, name);
  body.text += file + "\r\n--" + boundary + "--\r\n";
  return body;
}

std::string pathOf(const core::Json& attachment) {
  return fmt::format("{}{}/", kPath, attachment.at("id").dump());
}

/// Removes what earlier probes could not; gives how many.
std::size_t removeLeftOvers(Api& api) {
  std::size_t count = 0;
  for (const core::Json& one : api.list(std::string(kPath) + "?limit=500")) {
    if (!one.value("name", std::string()).starts_with(kName)) continue;
    api.remove(pathOf(one));
    ++count;
  }
  return count;
}

/// The first object of a list, to attach an image to; null if there is none.
core::Json firstOf(Api& api, const std::string& path) {
  const auto response = api.send("GET", path + "?limit=1");
  if (response.status == 404) return nullptr;
  const core::Json page = api.get(path + "?limit=1");
  if (!page.contains("results") || page["results"].empty()) return nullptr;
  return page["results"][0];
}

/// How the file that was uploaded comes back: over the web server, or, where that asks for a login,
/// from the folder of media. Empty: as it was sent.
std::string wrongWith(const Site& site, const checks::Arguments& arguments, const std::string& url,
                      const std::string& sent, std::string& how) {
  ports::HttpRequest request;
  request.url = url.starts_with("http") ? url : baseUrl(site, arguments) + url;
  const auto response = site.world.http.send(request);
  if (response.status == 200) {
    how = "fetched back from the web server";
    return response.body == sent ? "" : "what the web server gives back is another file";
  }
  const bool login = response.status == 302 || response.status == 403;
  const auto media = url.find("/media/");
  if (login && media != std::string::npos && !site.instance.media.empty()) {
    const std::string below = url.substr(media + 7);
    if (below.find("..") != std::string::npos) return "its address leads out of the media folder";
    const std::string file = site.instance.media + "/" + below;
    if (site.world.files.info(file)) {
      how = "read back from the media folder (the web server asks for a login)";
      return site.world.files.read(file) == sent ? "" : file + " is another file";
    }
  }
  return fmt::format("fetched back: {}", statusInWords(response));
}

checks::CheckResult askUpload(const Site& site, const checks::Arguments& arguments) {
  return answered("upload", [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "upload", Outcome::unknown, {}, {}, {}};
    Api api(site, arguments);
    if (!api.hasToken()) {
      result.found = "no token is configured to upload with";
      result.hint = fmt::format("Set token in [instance.{}.api].", site.instance.name);
      return result;
    }
    const std::size_t left = removeLeftOvers(api);
    std::string type = "dcim.site";
    core::Json parent = firstOf(api, "/api/dcim/sites/");
    if (parent.is_null()) {
      type = "dcim.device";
      parent = firstOf(api, "/api/dcim/devices/");
    }
    if (parent.is_null()) {
      result.found = "there is no site and no device to attach an image to";
      return result;
    }
    const std::string name = std::string(kName) + core::compactUtc(site.world.clock.now());
    const std::string file = pixel(name);
    const std::string id =
        parent.at("id").is_string() ? parent.at("id").get<std::string>() : parent.at("id").dump();
    core::Json made;
    try {
      // NetBox calls it object_type since 4.0; a field that it does not know is not minded.
      made = api.post(
          kPath,
          form({{"object_type", type}, {"content_type", type}, {"object_id", id}, {"name", name}},
               name, file));
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::failed_check) throw;
      result.outcome = Outcome::fail;
      result.found = error.what();
      result.hint = "`sotctl permissions audit` tells who may write the media folder.";
      return result;
    }
    std::string how;
    std::string wrong;
    try {
      wrong = wrongWith(site, arguments, made.value("image", std::string()), file, how);
    } catch (const core::Error& error) {
      wrong = error.what();
    }
    api.remove(pathOf(made));
    result.outcome = wrong.empty() ? Outcome::pass : Outcome::fail;
    result.found =
        wrong.empty() ? fmt::format("an image was uploaded, {}, and deleted", how) : wrong;
    if (left > 0) {
      result.found += fmt::format("; {} of an earlier probe deleted",
                                  core::plural(static_cast<std::int64_t>(left), "image", "images"));
    }
    return result;
  });
}

}  // namespace

void addUpload(checks::Kinds& kinds, const Site& site) {
  kinds.add("upload", {{}, {"url"}, true, [site](const checks::Arguments& arguments) {
                         return askUpload(site, arguments);
                       }});
}

}  // namespace validation
