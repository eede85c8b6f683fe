#include "record/recording.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "json/write.hpp"
#include "record/writer.hpp"

namespace zenws::record {

namespace {

std::string json_string(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

}  // namespace

Result<std::unique_ptr<Recording>> Recording::open(const std::string& path, const RecordOptions& options) {
  Result<Claim> claim = Claim::take(path);
  if (!claim) return std::unexpected{std::move(claim).error()};
  return std::make_unique<Recording>(std::make_shared<RecordingFile>(path, options, *std::move(claim)));
}

Recording::Recording(std::shared_ptr<RecordingFile> file) noexcept : file_{std::move(file)} {}

Recording::~Recording() {
  finish([] {});
}

void Recording::add(TimePoint at, std::uint64_t epoch, Direction dir, Type type, std::span<const std::byte> payload) {
  if (file_->queue().add({at, dir, type, epoch, payload})) Writer::shared().wake(file_);
}

void Recording::connected(std::uint64_t epoch, std::string_view url) {
  if (!std::exchange(begun_, true)) Writer::shared().begin(file_);
  std::string json = fmt::format(R"({{"event":"connect","url":{})", json_string(url));
  for (const auto& [name, value] : file_->client().called()) {
    json += fmt::format(R"(,"{}":{})", name, json_string(value));
  }
  event(Clock::now(), epoch, json + "}");
}

void Recording::disconnected(std::uint64_t epoch, const Error& error) {
  event(Clock::now(), epoch, fmt::format(R"({{"event":"disconnect","reason":{}}})", json_string(to_string(error))));
}

void Recording::protocol_error(TimePoint at, std::uint64_t epoch, const Error& error) {
  event(at, epoch,
        fmt::format(R"({{"event":"protocol_error","code":{},"detail":{}}})", error.code().value(),
                    json_string(error.detail())));
}

void Recording::event(TimePoint at, std::uint64_t epoch, std::string_view json) {
  add(at, epoch, Direction::in, Type::event, as_bytes(json));
}

void Recording::finish(std::move_only_function<void()> done) {
  if (begun_) {
    Writer::shared().finish(file_, std::move(done));
  } else {
    file_->give_up_claim();
    done();
  }
}

}  // namespace zenws::record
