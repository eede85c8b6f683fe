#include "console/line_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace zenws::program {

namespace {
constexpr std::size_t chunk = std::size_t{64} << 10U;
}

void LineReader::read_some() {
  if (begin_ > 0) {
    text_.erase(0, begin_);
    searched_ -= begin_;
    if (end_) *end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t had = text_.size();
  text_.resize(had + chunk);
  const ssize_t got = ::read(descriptor_, text_.data() + had, chunk);
  text_.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got < 0 && errno != EINTR && errno != EAGAIN) condition_ = Condition::failed;
  if (got == 0) condition_ = Condition::at_end;
  if (!end_) find_line_end();
}

std::optional<std::string_view> LineReader::front() const {
  if (!end_) return std::nullopt;
  return std::string_view{text_}.substr(begin_, *end_ - begin_);
}

void LineReader::drop_front() {
  begin_ = std::min(*end_ + 1, text_.size());
  searched_ = begin_;
  ++lines_;
  find_line_end();
}

void LineReader::find_line_end() {
  end_.reset();
  const std::size_t newline = text_.find('\n', searched_);
  searched_ = text_.size();
  if (newline != std::string::npos) {
    end_ = newline;
  } else if (condition_ == Condition::at_end && begin_ < text_.size()) {
    end_ = text_.size();
  }
  if (end_.value_or(text_.size()) - begin_ > longest_) {
    end_.reset();
    condition_ = Condition::line_too_long;
  }
}

}  // namespace zenws::program
