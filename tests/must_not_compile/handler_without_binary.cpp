// expects: zenws: the handler does not take BinaryMessage
#include <zenws/options.hpp>

const zenws::Handler handler = zenws::overloaded{
    [](const zenws::JsonMessage&) {},
    [](const zenws::TextMessage&) {},
    [](const zenws::UnmatchedResponse&) {},
    [](const zenws::ProtocolError&) {},
};
