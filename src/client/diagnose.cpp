// One dial, watched.
#include <future>
#include <memory>
#include <utility>

#include <zenws/doctor.hpp>
#include <zenws/runtime.hpp>

#include "base/url.hpp"
#include "net/dial.hpp"

namespace zenws {

namespace {

// The attempt, kept alive by its own completion.
struct Attempt {
  std::promise<Result<>> promise;
  std::unique_ptr<net::Dial> dial;
};

}  // namespace

Result<> diagnose(std::string_view url, const Options& options, const std::function<void(const DoctorStep&)>& on_step) {
  if (Result<> valid = validate(url, options); !valid) return valid;
  Result<Url> parsed = parse_url(url);
  if (!parsed) return std::unexpected{std::move(parsed).error()};
  Runtime& runtime = options.runtime != nullptr ? *options.runtime : Runtime::shared();
  const std::shared_ptr<net::Loop> loop = runtime.next_loop();
  if (loop->is_this_thread()) return std::unexpected{Error{errc::would_deadlock, Phase::none, "diagnose blocks"}};

  const auto attempt = std::make_shared<Attempt>();
  std::future<Result<>> result = attempt->promise.get_future();
  net::DialRequest request{.url = std::move(*parsed),
                           .headers = options.headers,
                           .subprotocols = options.subprotocols,
                           .tls = options.tls,
                           .timeout = options.timeout};
  loop->post([attempt, &loop = *loop, request = std::move(request), on_step]() mutable {
    const auto done = [attempt](Result<net::Dialled> dialled) {
      const std::unique_ptr<net::Dial> finished = std::move(attempt->dial);
      if (dialled) dialled->stream->close(false);
      attempt->promise.set_value(dialled ? Result<>{} : std::unexpected{dialled.error()});
    };
    const auto watch = [on_step](const net::DialStep& step) { on_step({step.phase, step.took, step.text}); };
    attempt->dial = net::Dial::start(loop, std::move(request), done, watch);
  });
  return result.get();
}

}  // namespace zenws
