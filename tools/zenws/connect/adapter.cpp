#include "connect/adapter.hpp"

#include <utility>

#include <zenws/adapters/binance.hpp>
#include <zenws/adapters/deribit.hpp>

namespace zenws::program {

std::optional<Adapter> parse_adapter(std::string_view name) {
  if (name == "deribit") return Adapter::deribit;
  if (name == "binance") return Adapter::binance;
  return std::nullopt;
}

namespace {

// The client of what an adapter has connected.
template <class Venue>
std::move_only_function<void(Result<Venue>)> client_to(std::move_only_function<void(Result<Client>)> done) {
  return [done = std::move(done)](Result<Venue> venue) mutable {
    if (!venue) return done(std::unexpected{venue.error()});
    done(venue->client());
  };
}

}  // namespace

void connect_by(Adapter adapter, const std::string& url, Options options,
                std::move_only_function<void(Result<Client>)> done) {
  switch (adapter) {
    case Adapter::deribit: {
      adapters::DeribitOptions how;
      if (!url.empty()) how.url = url;
      how.client = std::move(options);
      return adapters::Deribit::async_connect(std::move(how), client_to<adapters::Deribit>(std::move(done)));
    }
    case Adapter::binance: {
      adapters::BinanceOptions how;
      if (!url.empty()) how.url = url;
      how.client = std::move(options);
      return adapters::Binance::async_connect(std::move(how), client_to<adapters::Binance>(std::move(done)));
    }
  }
}

}  // namespace zenws::program
