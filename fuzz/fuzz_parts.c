/* parts: a received message.  What is found is valid UTF-8, and no more than
 * Latin 1 can make of the bytes.
 */
#include "fuzz.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "mail/parts.h"

void fuzz_one(struct str in)
{
	for (int html = 0; html < 2; html++) {
		struct buf out = BUF_INIT(4 * MiB);

		if (in.n > 256 * KiB)
			return;
		if (parts_text(in, html, &out))
			ENSURE(utf8_valid(buf_str(&out)));
		else
			ENSURE(out.len == 0);
		ENSURE(out.len <= 2 * in.n + 2 * (PARTS_MAX + 1));
		buf_release(&out);
	}
}
