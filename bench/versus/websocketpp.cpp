// websocketpp, used with care: no_delay, no logging, no timers, messages handed over as they came.
#include <deque>
#include <memory>
#include <thread>
#include <type_traits>
#include <websocketpp/client.hpp>
#include <websocketpp/config/asio_client.hpp>
#include <websocketpp/logger/stub.hpp>

#include <fmt/format.h>

#include "versus/library.hpp"

namespace bench {

namespace {

namespace asio = websocketpp::lib::asio;

// Nothing is logged: not even decided about, message by message.
template <class Base>
struct Config : Base {
  using alog_type = websocketpp::log::stub;
  using elog_type = websocketpp::log::stub;
  struct transport_config : Base::transport_config {
    using alog_type = websocketpp::log::stub;
    using elog_type = websocketpp::log::stub;
  };
  using transport_type = websocketpp::transport::asio::endpoint<transport_config>;
};
using Plain = Config<websocketpp::config::asio_client>;
using Secure = Config<websocketpp::config::asio_tls_client>;

template <class Endpoint>
class WebsocketppConnection final : public Connection {
 public:
  WebsocketppConnection(typename Endpoint::connection_ptr it, Events& events) : it_{std::move(it)} {
    it_->set_open_handler([this, &events](websocketpp::connection_hdl) { events.opened(*this); });
    it_->set_message_handler([this, &events](websocketpp::connection_hdl, typename Endpoint::message_ptr message) {
      events.message(*this, message->get_payload());
    });
    it_->set_close_handler([&events](websocketpp::connection_hdl) { events.closed(); });
    it_->set_fail_handler([this](websocketpp::connection_hdl) { Events::fail(it_->get_ec().message()); });
  }
  void send(std::string_view text) override {
    const auto error = it_->send(text.data(), text.size(), websocketpp::frame::opcode::text);
    if (error) Events::fail(error.message());
  }
  void send_from_thread(std::string_view text) override {
    while (it_->get_buffered_amount() >= most_queued) std::this_thread::yield();
    send(text);
  }

 private:
  typename Endpoint::connection_ptr it_;
};

template <class Setup>
class Websocketpp final : public Library {
 public:
  explicit Websocketpp(const Job& job) : job_{job} {
    endpoint_.init_asio();
    endpoint_.start_perpetual();
    endpoint_.set_open_handshake_timeout(0);
    endpoint_.set_tcp_post_init_handler([this](websocketpp::connection_hdl which) {
      endpoint_.get_con_from_hdl(which)->get_raw_socket().set_option(asio::ip::tcp::no_delay{true});
    });
    if constexpr (std::is_same_v<Setup, Secure>) trust(job.place.certificate);
  }

  void on_loop(std::function<void()> task) override { asio::post(endpoint_.get_io_service(), std::move(task)); }
  void open(const std::string& target, Events& events) override {
    const char* const scheme = job_.is_tls() ? "wss" : "ws";
    websocketpp::lib::error_code error;
    const auto made =
        endpoint_.get_connection(fmt::format("{}://127.0.0.1:{}{}", scheme, job_.place.port, target), error);
    if (error) Events::fail(error.message());
    connections_.emplace_back(made, events);
    endpoint_.connect(made);
  }
  void run() override { endpoint_.run(); }
  void stop() override { endpoint_.stop(); }

 private:
  using Endpoint = websocketpp::client<Setup>;

  void trust(const std::string& certificate) {
    endpoint_.set_tls_init_handler([certificate](websocketpp::connection_hdl) {
      // One for the process: it meets one server.
      static const auto context = [&certificate] {
        auto made = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
        made->load_verify_file(certificate);
        made->set_verify_mode(asio::ssl::verify_peer);
        made->set_verify_callback(asio::ssl::host_name_verification{"localhost"});
        return made;
      }();
      return context;
    });
  }

  const Job job_;
  Endpoint endpoint_;
  std::deque<WebsocketppConnection<Endpoint>> connections_;
};

}  // namespace

std::unique_ptr<Library> make_library(const Job& job) {
  if (job.is_tls()) return std::make_unique<Websocketpp<Secure>>(job);
  return std::make_unique<Websocketpp<Plain>>(job);
}

std::optional<Figures> run_own(const Job&) { return std::nullopt; }

}  // namespace bench
