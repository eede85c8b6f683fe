// Which files are being recorded to: two clients that write to one would tear each other's lines.
#pragma once

#include <memory>
#include <string>

#include <zenws/error.hpp>

namespace zenws::record {

// Holds a path for as long as it lives. Threads: any.
class Claim {
 public:
  // Errors: recorder_failed while another claim holds that file, by whatever name; invalid_config for a folder, or
  // something else that is no regular file.
  static Result<Claim> take(const std::string& path);
  Claim(Claim&&) noexcept = default;
  Claim& operator=(Claim&&) noexcept = default;

 private:
  struct Held;
  explicit Claim(std::shared_ptr<const Held> held) noexcept;
  std::shared_ptr<const Held> held_;
};

}  // namespace zenws::record
