/* confusables: characters that look like ASCII letters and digits. */
#pragma once

#include "base/str.h"

struct confusable {
	uint32_t code;
	char looks[3]; /* one or two, NUL behind */
};

/* By code, rising. */
extern const struct confusable confusables[];
extern const size_t confusables_count;
