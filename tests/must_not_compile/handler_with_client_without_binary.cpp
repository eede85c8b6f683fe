// expects: zenws: the handler does not take BinaryMessage
#include <zenws/client.hpp>

const zenws::Handler handler = zenws::overloaded{
    [](const zenws::ClientRef&, const zenws::JsonMessage&) {},
    [](const zenws::ClientRef&, const zenws::TextMessage&) {},
    [](const zenws::ClientRef&, const zenws::UnmatchedResponse&) {},
    [](const zenws::ProtocolError&) {},
};
