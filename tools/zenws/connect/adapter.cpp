// See adapter.hpp.
#include "connect/adapter.hpp"

#include <utility>

#include <zenws/adapters/deribit.hpp>

namespace zenws::program {

std::optional<Adapter> parse_adapter(std::string_view name) {
  if (name == "deribit") return Adapter::deribit;
  return std::nullopt;
}

void connect_by(Adapter adapter, const std::string& url, Options options,
                std::move_only_function<void(Result<Client>)> done) {
  switch (adapter) {
    case Adapter::deribit: {
      adapters::DeribitOptions how;
      if (!url.empty()) how.url = url;
      how.client = std::move(options);
      return adapters::Deribit::async_connect(std::move(how),
                                              [done = std::move(done)](Result<adapters::Deribit> deribit) mutable {
                                                if (!deribit) return done(std::unexpected{deribit.error()});
                                                done(deribit->client());
                                              });
    }
  }
}

}  // namespace zenws::program
