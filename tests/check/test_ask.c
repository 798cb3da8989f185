/* ask: whatever is asked, and however often, each question is put once. */
#include "check/ask.h"
#include "base/rand.h"
#include "check/facts.h"
#include "loop/loop.h"
#include "t.h"

