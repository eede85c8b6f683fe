#include "tools/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace zenws::program {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
constexpr auto patience = 60s;

void close_end(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
  return ends;
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments) {
  ::signal(SIGPIPE, SIG_IGN);  // a child that ends early must not take the test along
  auto in = make_pipe();
  auto out = make_pipe();
  auto err = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);

  std::vector<std::string> words{ZENWS_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  if (::posix_spawn(&id_, ZENWS_PROGRAM, &actions, nullptr, pointers.data(), environ) != 0) id_ = -1;
  posix_spawn_file_actions_destroy(&actions);

  close_end(in[0]);
  close_end(out[1]);
  close_end(err[1]);
  in_ = in[1];
  out_ = out[0];
  err_ = err[0];
  for (const int descriptor : {in_, out_, err_}) ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
}

Child::~Child() {
  for (int* const end : {&in_, &out_, &err_}) close_end(*end);
  if (id_ <= 0) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

void Child::stop_listening() { close_end(out_); }

void Child::signal(int number) const { ::kill(id_, number); }

bool Child::wait_until(const std::function<bool()>& done) {
  const auto end = Clock::now() + patience;
  while (!done()) {
    if (Clock::now() >= end || !carry()) return done();
  }
  return true;
}

bool Child::wait_for_out(std::string_view text) {
  return wait_until([&] { return out_text_.find(text) != std::string::npos; });
}

bool Child::wait_for_err(std::string_view text) {
  return wait_until([&] { return err_text_.find(text) != std::string::npos; });
}

// Not by stdout alone: a test may have stopped listening to that.
Ended Child::finish() {
  int status = 0;
  bool over = false;
  wait_until([&] {
    over = over || ::waitpid(id_, &status, WNOHANG) == id_;
    return over && (out_ < 0 || !listens_) && err_ < 0;
  });
  if (over) id_ = -1;
  return {over && WIFEXITED(status) ? WEXITSTATUS(status) : -1, out_text_, err_text_};
}

// One round of poll(). False when nothing can come any more.
bool Child::carry() {
  if (input_ends_ && pending_input().empty()) close_end(in_);
  const int writable = pending_input().empty() ? -1 : in_;
  std::array<pollfd, 3> entries{{{.fd = writable, .events = POLLOUT, .revents = 0},
                                 {.fd = listens_ ? out_ : -1, .events = POLLIN, .revents = 0},
                                 {.fd = err_, .events = POLLIN, .revents = 0}}};
  ::poll(entries.data(), entries.size(), 20);
  if (entries[0].revents != 0) write_input();
  if (entries[1].revents != 0) read_from(out_, out_text_);
  if (entries[2].revents != 0) read_from(err_, err_text_);
  return out_ >= 0 || err_ >= 0 || id_ > 0;
}

void Child::write_input() {
  const std::string_view pending = pending_input();
  const ssize_t put = ::write(in_, pending.data(), std::min(pending.size(), std::size_t{1} << 16U));
  if (put > 0) written_ += static_cast<std::size_t>(put);
  if (put < 0 && errno != EAGAIN) input_.resize(written_);  // nobody reads it
}

void Child::read_from(int& descriptor, std::string& text) {
  std::array<char, 65536> chunk;
  const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
  if (got > 0) text.append(chunk.data(), static_cast<std::size_t>(got));
  if (got == 0 || (got < 0 && errno != EAGAIN)) close_end(descriptor);
}

Ended run(const std::vector<std::string>& arguments, std::string_view input) {
  Child child{arguments};
  child.type(input);
  child.end_input();
  return child.finish();
}

}  // namespace zenws::program
