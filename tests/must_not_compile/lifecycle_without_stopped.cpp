// expects: zenws: the function for lifecycle events does not take Stopped
#include <zenws/options.hpp>

const zenws::Options options{.on_lifecycle = [](const zenws::Connected&) {}};
