/* fault: no memory, on request: the Nth allocation fails, or all from the Nth
 * on, whichever thread asks.  For programs linked with fault_dep, whose
 * linker options lead malloc(), calloc() and realloc() of what is linked
 * statically (ours) through fault.c; nothing of it is in what is installed.
 *
 *	for (unsigned long n = 1; failed; n++) {
 *		fault_arm(FAULT_OURS, n, false);
 *		rc = ...
 *		failed = fault_disarm();
 *	}
 */
#pragma once

#include <stdbool.h>

#define FAULT_OURS   1u
#define FAULT_THEIRS 2u /* of OpenSSL and libevent */

/* Before either allocates: they ask us from now on. */
void fault_take_theirs(void);
void fault_arm(unsigned who, unsigned long nth, bool and_after);
/* How many failed. */
unsigned long fault_disarm(void);
