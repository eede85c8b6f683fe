#include "console/progress_bar.hpp"

#include <algorithm>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "console/amounts.hpp"
#include "console/escape.hpp"
#include "console/status_line.hpp"
#include "console/terminal.hpp"

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto silent_for = 1s;
constexpr auto between_bars = 100ms;
constexpr std::size_t width = 30;
constexpr std::size_t longest_shown_name = 30;

}  // namespace

std::string show_bar(std::string_view name, std::uint64_t done, std::uint64_t total,
                     std::chrono::duration<double> elapsed) {
  const double part = total == 0 ? 1 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(width));
  const double rate = elapsed.count() > 0 ? static_cast<double>(done) / elapsed.count() : 0;
  const double left = part > 0 ? elapsed.count() * (1 - part) / part : 0;
  return fmt::format("{}  [{}{}] {:3.0f} %, {}/s, {:.0f} s left", escaped(name.substr(0, longest_shown_name)),
                     std::string(filled, '#'), std::string(width - filled, '-'), part * 100,
                     show_bytes(static_cast<std::uint64_t>(rate)), left);
}

ProgressBar::ProgressBar(std::string name, std::uint64_t total)
    : name_{std::move(name)}, total_{total}, due_{begun_ + silent_for}, is_shown_{can_rewrite(STDERR_FILENO)} {}

ProgressBar::~ProgressBar() {
  if (drawn_) clear_status();
}

void ProgressBar::draw() {
  const auto now = Clock::now();
  if (!is_shown_ || now < due_) return;
  due_ = now + between_bars;
  drawn_ = true;
  show_status(show_bar(name_, done_, total_, now - begun_));
}

}  // namespace zenws::program
