#include "record/reader.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "base/bytes.hpp"

namespace zenws::record {

namespace {

constexpr std::size_t read_size = std::size_t{1} << 20U;

Error error_of(int number, const std::string& path) {
  return Error{std::error_code{number, std::system_category()}, Phase::none, "recording " + path};
}

}  // namespace

Result<Reader> Reader::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected{error_of(errno, path)};
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return Reader{fd, path};
}

Reader::Reader(int fd, std::string path) noexcept : fd_{fd}, path_{std::move(path)} {}
Reader::Reader(Reader&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)},
      path_{std::move(other.path_)},
      lines_{std::move(other.lines_)},
      buffer_{std::move(other.buffer_)},
      taken_{other.taken_},
      scanned_{other.scanned_},
      at_end_{other.at_end_},
      skipping_{other.skipping_},
      torn_end_{other.torn_end_},
      skipped_{other.skipped_},
      offset_{other.offset_},
      failure_{std::move(other.failure_)} {}

Reader::~Reader() {
  if (fd_ >= 0) ::close(fd_);
}

std::optional<RecordedEntry> Reader::next() {
  while (const auto line = next_line()) {
    if (line->find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
    if (auto entry = lines_->read(*line)) return entry;
    if (line->ends_with('\n')) {
      ++skipped_;
    } else {
      torn_end_ = true;
    }
  }
  return std::nullopt;
}

// With its newline; the last may have none.
std::optional<std::string_view> Reader::next_line() {
  buffer_.consume(std::exchange(taken_, 0));
  for (;;) {
    const std::string_view rest = as_text(std::as_const(buffer_).bytes());
    const std::size_t newline = rest.find('\n', scanned_);
    if (newline != std::string_view::npos) {
      taken_ = newline + 1;
      scanned_ = 0;
      if (!std::exchange(skipping_, false)) return rest.substr(0, taken_);
      buffer_.consume(std::exchange(taken_, 0));
      continue;
    }
    scanned_ = rest.size();
    if (scanned_ > Recorder::longest_line) drop_line();
    if (skipping_) drop_line();
    if (read_more()) continue;
    if (buffer_.empty() || failure_) return std::nullopt;
    taken_ = buffer_.size();
    scanned_ = 0;
    return as_text(std::as_const(buffer_).bytes());
  }
}

void Reader::drop_line() {
  if (!std::exchange(skipping_, true)) ++skipped_;
  buffer_.clear();
  scanned_ = 0;
}

// False: there is no more, or reading failed.
bool Reader::read_more() {
  if (at_end_) return false;
  const std::size_t before = buffer_.size();
  const std::span<std::byte> room = buffer_.extend(read_size + json::padding).first(read_size);
  ssize_t got = 0;
  do {
    got = ::read(fd_, room.data(), room.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) failure_ = error_of(errno, path_);
  at_end_ = got <= 0;
  const std::size_t taken = got > 0 ? static_cast<std::size_t>(got) : 0;
  buffer_.truncate(before + taken);
  offset_ += taken;
  return taken > 0;
}

}  // namespace zenws::record
