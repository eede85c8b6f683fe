// One dial, watched.
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <zenws/doctor.hpp>
#include <zenws/runtime.hpp>

#include "base/contain.hpp"
#include "base/latch.hpp"
#include "base/logger.hpp"
#include "base/url.hpp"
#include "net/dial.hpp"

namespace zenws {

namespace {

// Keeps itself until it has answered. What is never run answers too, by being destroyed.
class Diagnosis final : public net::Tenant, public std::enable_shared_from_this<Diagnosis> {
 public:
  // `result` is what the runtime's end gives, until there is another. `answered` is let go with the answer.
  Diagnosis(std::shared_ptr<net::Loop> loop, std::function<void(const DoctorStep&)> on_step,
            std::shared_ptr<Result<>> result, Latch::Key answered)
      : loop_(std::move(loop)),
        on_step_(std::move(on_step)),
        result_(std::move(result)),
        answered_(std::move(answered)) {}

  // The loop's thread.
  void start(net::DialRequest request) {
    if (!loop_->enter(*this)) return;
    self_ = shared_from_this();
    dial_ = net::Dial::start(
        *loop_, std::move(request), [this](Result<net::Dialled> dialled) { done(std::move(dialled)); },
        [this](const net::DialStep& step) { tell(step); });
  }

 private:
  void loop_ends() override {
    const auto self = std::move(self_);
    dial_.reset();
    answered_.reset();
  }

  void done(Result<net::Dialled> dialled) {
    const auto self = std::move(self_);
    const auto finished = std::move(dial_);
    loop_->leave(*this);
    if (dialled) dialled->transport->close(false);
    *result_ = dialled ? Result<>{} : std::unexpected{std::move(dialled).error()};
    answered_.reset();
  }

  void tell(const net::DialStep& step) const {
    const auto self = self_;  // the user's function may end the runtime
    const auto told = contained([&] { on_step_({step.phase, step.took, step.text}); });
    if (told) return;
    write_log(LogLevel::error, fmt::format("what diagnose() calls for each step threw: {}", told.error().what));
  }

  const std::shared_ptr<net::Loop> loop_;
  const std::function<void(const DoctorStep&)> on_step_;
  const std::shared_ptr<Result<>> result_;
  Latch::Key answered_;
  std::unique_ptr<net::Dial> dial_;
  std::shared_ptr<Diagnosis> self_;  // while it dials
};

}  // namespace

Result<> diagnose(std::string_view url, const Options& options, const std::function<void(const DoctorStep&)>& on_step) {
  if (Result<> valid = validate(url, options); !valid) return valid;
  Result<Url> parsed = parse_url(url);
  if (!parsed) return std::unexpected{std::move(parsed).error()};
  Runtime& runtime = options.runtime != nullptr ? *options.runtime : Runtime::shared();
  auto loop = runtime.next_loop();
  if (!loop) return std::unexpected{std::move(loop).error()};
  if ((*loop)->is_this_thread()) return std::unexpected{Error{errc::would_deadlock, Phase::none, "diagnose blocks"}};

  net::DialRequest request{.url = std::move(*parsed),
                           .headers = options.headers,
                           .subprotocols = options.subprotocols,
                           .tls = options.tls,
                           .timeout = options.timeout};
  const auto result =
      std::make_shared<Result<>>(std::unexpected{Error{errc::closed, Phase::none, "the runtime has ended"}});
  const Latch answered;
  auto diagnosis = std::make_shared<Diagnosis>(*loop, on_step, result, answered.key());
  (*loop)->post([diagnosis = std::move(diagnosis), request = std::move(request)]() mutable {
    diagnosis->start(std::move(request));
  });
  answered.wait_until(never);
  return *result;
}

}  // namespace zenws
