// expects: zenws: the handler does not take JsonMessage
#include <zenws/client.hpp>

const zenws::Handler handler = [](zenws::Client&, const zenws::Message&) {};
