/* prenotice: texts and data to send before a notice goes out (S-53, E-06): to
 * mailbox providers, to the provider that sends for us, to block lists, to
 * partners whose gateways should expect it, to authorities and credit bureaus.
 *
 *	prenotice_gather(&options, &p, &e);      reads the folder
 *	prenotice_write(p, folder, &e);          pure but for the folder
 *	prenotice_free(p);
 *
 * Of the audience only numbers are used: people by tranche and place, and by
 * the provider of their mailbox.  No name and no address of a recipient gets into a text.
 */
#pragma once

#include "crypto/digest.h"
#include "law/law.h"
#include "notice/obligations.h"
#include "report/folder.h"

enum prenotice_provider {
	PRENOTICE_GOOGLE,
	PRENOTICE_YAHOO,
	PRENOTICE_MICROSOFT,
	PRENOTICE_APPLE,
	PRENOTICE_OTHER,
	PRENOTICE_PROVIDERS
};
/* Whose consumer mailboxes a domain (lower case) holds. */
enum prenotice_provider prenotice_provider_of(struct str domain);
const char *prenotice_provider_name(enum prenotice_provider p); /* "google" */

struct prenotice_options {
	const struct notice *notice;
	const char *dir, *data_dir;
	usec_t now;
};

struct prenotice {
	struct arena arena;
	const struct notice *notice;
	struct law_pack *pack;
	usec_t now;
	uint64_t people, no_address, provider[PRENOTICE_PROVIDERS];
	struct obligations owed; /* tranche by tranche, each with its clock */
	struct str unknown_word; /* of [facts], which was left out; or none */
	struct buf sample;       /* a mail to a person made up */
	struct str sample_subject;
	unsigned char sample_sha256[DIGEST_SIZE];
};

/* No audience, a placeholder, a text that can not be read: ERR_INPUT. */
int prenotice_gather(
    const struct prenotice_options *o, struct prenotice **ret, struct err *e);
void prenotice_free(struct prenotice *p); /* NULL is allowed */
int prenotice_write(
    const struct prenotice *p, struct report_folder *f, struct err *e);
