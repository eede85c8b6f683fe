// How long recorded requests waited for their answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include <zenws/recorder.hpp>
#include <zenws/request.hpp>

namespace zenws::program {

// A value. Remembers the latest requests: between `most` and twice as many, without answers.
class RequestMatcher {
 public:
  explicit RequestMatcher(std::size_t most = 50'000) : most_{most} {}

  void asked(const RequestIdView& id, RecordedTime at);
  // Since it was asked, once; nullopt: nobody asked this, on this connection.
  [[nodiscard]] std::optional<std::chrono::microseconds> answered(const RequestIdView& id, RecordedTime at);
  // Another connection: what was not answered never will be.
  void begin_connection();

  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }

 private:
  using Asked = std::unordered_map<std::string, RecordedTime>;
  std::size_t most_;
  Asked young_;
  Asked old_;
  std::uint64_t requests_ = 0;
};

}  // namespace zenws::program
