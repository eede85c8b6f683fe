#include "record/claims.hpp"

#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

namespace zenws::record {

namespace {

struct Table {
  std::mutex mutex;
  std::set<std::string> paths;
};

// Never destroyed: recordings may end while the process does.
Table& table() {
  static Table& instance = *new Table;
  return instance;
}

// One spelling for a file, also while it does not exist.
std::string spelled(const std::string& path) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return path;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal().string() : resolved.string();
}

Error refusal(errc code, const std::string& path, const char* why) {
  return Error{code, Phase::config, "record_to " + path + ": " + why};
}

}  // namespace

struct Claim::Held {
  explicit Held(std::string it) : path{std::move(it)} {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    const std::lock_guard lock{table().mutex};
    table().paths.erase(path);
  }
  const std::string path;
};

Claim::Claim(std::shared_ptr<const Held> held) noexcept : held_{std::move(held)} {}

Result<Claim> Claim::take(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::symlink_status(path, error);
  if (std::filesystem::is_symlink(status)) {
    return std::unexpected{refusal(errc::invalid_config, path, "is a symbolic link")};
  }
  if (std::filesystem::is_directory(status)) {
    return std::unexpected{refusal(errc::invalid_config, path, "is a folder")};
  }
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return std::unexpected{refusal(errc::invalid_config, path, "is not a regular file")};
  }
  std::string name = spelled(path);
  {
    const std::lock_guard lock{table().mutex};
    if (!table().paths.insert(name).second) {
      return std::unexpected{refusal(errc::recorder_failed, path, "another client records to this file")};
    }
  }
  return Claim{std::make_shared<const Held>(std::move(name))};
}

}  // namespace zenws::record
