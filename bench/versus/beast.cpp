// Boost.Beast, used with care: concrete executor, no_delay, one reused flat_buffer, one read loop, no timeouts.
#include <condition_variable>
#include <deque>
#include <mutex>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fmt/format.h>

#include "versus/library.hpp"

namespace bench {

namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using Tcp = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using Tls = asio::ssl::stream<Tcp>;

constexpr std::size_t read_buffer = std::size_t{64} << 10U;

template <class Stream>
class BeastConnection final : public Connection {
 public:
  template <class... Args>
  BeastConnection(const Job& job, asio::io_context& io, std::string target, Events& events, Args&... args)
      : io_{io},
        stream_{io.get_executor(), args...},
        port_{job.place.port},
        target_{std::move(target)},
        events_{events} {
    buffer_.reserve(read_buffer);
    stream_.set_option(
        websocket::stream_base::timeout{websocket::stream_base::none(), websocket::stream_base::none(), false});
    stream_.read_message_max(std::size_t{16} << 20U);
    stream_.text(true);
  }

  void start() {
    const asio::ip::tcp::endpoint server{asio::ip::address_v4::loopback(), port_};
    boost::beast::get_lowest_layer(stream_).async_connect(server, [this](error_code error) {
      must(error);
      boost::beast::get_lowest_layer(stream_).set_option(asio::ip::tcp::no_delay{true});
      if constexpr (std::same_as<Stream, Tls>) {
        stream_.next_layer().set_verify_callback(asio::ssl::host_name_verification{"localhost"});
        stream_.next_layer().async_handshake(asio::ssl::stream_base::client, [this](error_code failed) {
          must(failed);
          upgrade();
        });
      } else {
        upgrade();
      }
    });
  }
  void send(std::string_view text) override { queue(std::string{text}); }
  void send_from_thread(std::string_view text) override {
    {
      std::unique_lock lock{mutex_};
      room_.wait(lock, [this] { return queued_ < most_queued; });
      queued_ += text.size();
    }
    asio::post(io_, [this, owned = std::string{text}]() mutable {
      posted_ += owned.size();
      queue(std::move(owned));
    });
  }

 private:
  static void must(error_code error) {
    if (error) Events::fail(error.message());
  }
  void upgrade() {
    stream_.async_handshake(fmt::format("127.0.0.1:{}", port_), target_, [this](error_code error) {
      must(error);
      events_.opened(*this);
      read();
    });
  }
  void read() {
    stream_.async_read(buffer_, [this](error_code error, std::size_t) {
      if (error) return events_.closed();
      const auto bytes = buffer_.cdata();
      events_.message(*this, {static_cast<const char*>(bytes.data()), bytes.size()});
      buffer_.consume(buffer_.size());
      read();
    });
  }
  void queue(std::string text) {
    queue_.push_back(std::move(text));
    if (queue_.size() == 1) write();
  }
  void write() {
    stream_.async_write(asio::buffer(queue_.front()), [this](error_code error, std::size_t) {
      must(error);
      if (posted_ != 0) written(queue_.front().size());
      queue_.pop_front();
      if (!queue_.empty()) write();
    });
  }
  void written(std::size_t bytes) {
    posted_ -= bytes;
    const std::scoped_lock lock{mutex_};
    if (queued_ >= most_queued && queued_ - bytes < most_queued) room_.notify_one();
    queued_ -= bytes;
  }

  asio::io_context& io_;
  websocket::stream<Stream> stream_;
  const std::uint16_t port_;
  const std::string target_;
  Events& events_;
  boost::beast::flat_buffer buffer_;
  std::deque<std::string> queue_;
  std::size_t posted_ = 0;  // bytes of the queue that another thread waits for
  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t queued_ = 0;
};

class Beast final : public Library {
 public:
  explicit Beast(const Job& job) : job_{job} {
    if (!job.is_tls()) return;
    tls_.load_verify_file(job.place.certificate);
    tls_.set_verify_mode(asio::ssl::verify_peer);
  }

  void on_loop(std::function<void()> task) override { asio::post(io_, std::move(task)); }
  void open(const std::string& target, Events& events) override {
    if (job_.is_tls()) {
      auto made = std::make_unique<BeastConnection<Tls>>(job_, io_, target, events, tls_);
      made->start();
      connections_.push_back(std::move(made));
    } else {
      auto made = std::make_unique<BeastConnection<Tcp>>(job_, io_, target, events);
      made->start();
      connections_.push_back(std::move(made));
    }
  }
  void run() override {
    const auto work = asio::make_work_guard(io_);
    io_.run();
  }
  void stop() override { io_.stop(); }

 private:
  const Job job_;
  asio::io_context io_{1};
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  std::deque<std::unique_ptr<Connection>> connections_;
};

}  // namespace

std::unique_ptr<Library> make_library(const Job& job) { return std::make_unique<Beast>(job); }

std::optional<Figures> run_own(const Job&) { return std::nullopt; }

}  // namespace bench
