// The guide's first test, as a file of its own: its includes are all that it has.
#include "testing/first_test.inc"
