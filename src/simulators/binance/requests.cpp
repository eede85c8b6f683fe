#include "simulators/binance/requests.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace zenws::simulators::binance {

using nlohmann::json;
using Method = StreamRequest::Method;
using Reading = std::expected<StreamRequest, std::string>;

namespace {

constexpr std::array<std::pair<std::string_view, Method>, 5> methods{
    {{"SUBSCRIBE", Method::subscribe},
     {"UNSUBSCRIBE", Method::unsubscribe},
     {"LIST_SUBSCRIPTIONS", Method::list_subscriptions},
     {"SET_PROPERTY", Method::set_property},
     {"GET_PROPERTY", Method::get_property}}};

// Without the request's id, but for code 0: so the documentation lists them.
std::unexpected<std::string> refuse(int code, const std::string& text) {
  return std::unexpected{json{{"code", code}, {"msg", text}}.dump()};
}

// A 64-bit signed integer, an alphanumeric text of at most 36 characters, or null.
bool is_id(const json& id) {
  if (id.is_null() || id.is_number_integer()) return true;
  if (!id.is_string()) return false;
  const auto& text = id.get_ref<const std::string&>();
  return text.size() <= 36 && std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0; });
}

// The texts of a list; nullopt: it is none, or not of texts only.
std::optional<std::vector<std::string>> texts_of(const json& request) {
  const auto params = request.find("params");
  if (params == request.end() || !params->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  texts.reserve(params->size());
  for (const json& each : *params) {
    if (!each.is_string()) return std::nullopt;
    texts.push_back(each.get<std::string>());
  }
  return texts;
}

// "Setting Properties": `combined` is the only one.
Reading read_property(StreamRequest found, const json& request) {
  const json params = request.value("params", json::array());
  const std::size_t expected = found.method == Method::set_property ? 2 : 1;
  if (!params.is_array() || params.empty() || !params[0].is_string()) {
    return refuse(2, "Invalid request: property name must be a string");
  }
  if (params.size() > expected) return refuse(2, "Invalid request: too many parameters");
  if (params[0] != "combined") {
    return std::unexpected{json{{"code", 0}, {"msg", "Unknown property"}, {"id", found.id}}.dump()};
  }
  if (found.method == Method::get_property) return found;
  if (params.size() < 2 || !params[1].is_boolean()) return refuse(1, "Invalid value type: expected Boolean");
  found.value = params[1].get<bool>();
  return found;
}

// What the documentation gives no text for is said in the manner of the others.
Reading read_streams(StreamRequest found, const json& request) {
  auto streams = texts_of(request);
  if (!streams) return refuse(2, "Invalid request: params must be a list of strings");
  found.streams = *std::move(streams);
  return found;
}

}  // namespace

Reading read_stream_request(const std::string& text) {
  json request;
  try {
    request = json::parse(text);
  } catch (const json::parse_error& error) {
    return refuse(3, fmt::format("Invalid JSON: expected value at line 1 column {}", error.byte));
  }
  if (!request.is_object() || !request.contains("method")) {
    return refuse(2, fmt::format("Invalid request: missing field `method` at line 1 column {}", text.size()));
  }
  const json name = request["method"];
  const auto* const method =
      name.is_string() ? std::ranges::find(methods, name.get<std::string>(), &decltype(methods)::value_type::first)
                       : methods.end();
  if (method == methods.end()) {
    return refuse(2, fmt::format("Invalid request: unknown variant {}, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, "
                                 "`LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY` at line 1 column {}",
                                 name.dump(), text.find(name.dump()) + name.dump().size()));
  }
  if (!request.contains("id") || !is_id(request["id"])) {
    return refuse(2, "Invalid request: request ID must be an unsigned integer");
  }
  StreamRequest found{.method = method->second, .id = request["id"]};
  switch (found.method) {
    case Method::subscribe:
    case Method::unsubscribe:
      return read_streams(std::move(found), request);
    case Method::list_subscriptions:
      if (request.contains("params")) return refuse(2, "Invalid request: too many parameters");
      return found;
    case Method::set_property:
    case Method::get_property:
      return read_property(std::move(found), request);
  }
  return found;
}

}  // namespace zenws::simulators::binance
