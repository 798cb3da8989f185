/* limits: every maximum in one list.  A limit that a standard sets names it;
 * the others are ours: generous for honest mail, small for a hostile peer.
 */
#pragma once

#include "base/arena.h"

/* RFC 5321 4.5.3.1 */
#define LIMIT_LOCAL_PART 64UL
#define LIMIT_DOMAIN     255UL /* and 63 a label, RFC 1035 2.3.4 */
#define LIMIT_LABEL      63UL
#define LIMIT_PATH       256UL /* with the angle brackets */
#define LIMIT_REPLY_LINE 512UL /* what the RFC promises ... */
#define LIMIT_MAIL_LINE  998UL /* RFC 5322 2.1.1, without CRLF */

#define LIMIT_MESSAGE_FILE   (512 * MiB) /* given to a command */
#define LIMIT_HEADER_SECTION (1 * MiB)   /* of a message that is read */
#define LIMIT_TAGS           64UL        /* in one tag-list, RFC 6376 3.2 */

/* DKIM and ARC, verified */
#define LIMIT_KEY_RECORD      4096UL /* octets of one TXT record */
#define LIMIT_KEY_RECORDS     4UL    /* tried at one name */
#define LIMIT_DKIM_SIGNATURES 10UL   /* looked up and verified in a message */
#define LIMIT_DKIM_NAMES      1000UL /* in one h= */
#define LIMIT_DKIM_MEMORY \
	(128 * MiB)               /* a message's; 1 MiB of header has
					   * 60000 signatures at most */
#define LIMIT_DKIM_TURN (1 * MiB) /* of body hashed in a loop's turn */

/* SMTP client: ... and what we take before we hang up */
#define LIMIT_SMTP_REPLY_LINE (4 * KiB)
#define LIMIT_SMTP_REPLY      (64 * KiB) /* a whole multi-line reply */
#define LIMIT_SMTP_REPLY_KEPT 500UL      /* text kept in the journal */
#define LIMIT_SMTP_COMMAND    (4 * KiB)

/* SMTP server (sink): line, and message unless its owner says otherwise */
#define LIMIT_SMTP_LINE    (4 * KiB)
#define LIMIT_SMTP_MESSAGE (50 * MiB)

#define LIMIT_STREAM_IN  (256 * KiB)
#define LIMIT_STREAM_OUT (64 * MiB)

/* One person's mail, composed */
#define LIMIT_LETTER          (4 * MiB)
#define LIMIT_TEMPLATE        (1 * MiB)  /* one message.md */
#define LIMIT_TEMPLATE_FIELDS 256UL      /* distinct {{field}} */
#define LIMIT_VARIANTS        1000UL     /* message files of one notice */
#define LIMIT_SUBJECTS        LIMIT_VARIANTS /* [message] subject.NAME */
#define LIMIT_MERGE_VALUE     (16 * KiB) /* one cell in one mail */

/* Import */
#define LIMIT_CSV_CELL         (1 * MiB)
#define LIMIT_CSV_ROW          (4 * MiB)
#define LIMIT_CSV_COLUMNS      1024UL
#define LIMIT_PERSON_ADDRESSES 16UL
#define LIMIT_PERSON_ROW       (128 * KiB) /* all cells of one row */
#define LIMIT_PERSON_ID        1024UL
#define LIMIT_SEGMENT          64UL
#define LIMIT_LANGUAGE         35UL /* RFC 5646 4.4.1 */

#define LIMIT_SETTINGS_FILE (1 * MiB)
#define LIMIT_SETTINGS_LINE (16 * KiB)
#define LIMIT_ZONE_FILE     (64 * MiB)
#define LIMIT_SCENARIO_FILE (4 * MiB)
#define LIMIT_KEY_FILE      (64 * KiB)
#define LIMIT_SECRET        (64 * KiB)
#define LIMIT_CODE_LINE     256UL

/* DNS */
#define LIMIT_DNS_ANSWER   (64 * KiB)
#define LIMIT_DNS_CACHE    (16 * MiB) /* a loop's */
#define LIMIT_DNS_TTL      86400UL    /* seconds an answer is kept */
#define LIMIT_CNAME_CHAIN  8UL
#define LIMIT_ZONE_RECORDS (4UL << 20)
#define LIMIT_ZONE_DATA    (256 * MiB) /* names and rdata, written out */
#define LIMIT_MX_HOSTS     32UL
#define LIMIT_MX_ADDRESSES 64UL

/* SPF: RFC 7208 4.6.4 and 7.3; 4.6.4 leaves the number of void terms free */
#define LIMIT_SPF_TERMS        10UL /* that look something up */
#define LIMIT_SPF_VOID         2UL  /* of them, finding nothing */
#define LIMIT_SPF_NAMES        10UL /* of one mx, and of the client's PTR */
#define LIMIT_SPF_NAME         253UL
#define LIMIT_SPF_IDENTITY     (4 * KiB) /* HELO, MAIL FROM */
#define LIMIT_SPF_RECORD       (64 * KiB)
#define LIMIT_SPF_RECORD_SHOWN (4 * KiB)
#define LIMIT_SPF_EXPLANATION  (4 * KiB)
#define LIMIT_SPF_EXPANSION    (64 * KiB) /* of one string with macros */
/* ten mx of ten hosts, the PTR and its names, the record, exp= */
#define LIMIT_SPF_QUERIES (10 * 11 + 11 + 2UL)
#define LIMIT_SPF_MEMORY  (1 * MiB)

/* DMARC.  A walk asks at most 8 names (RFC 9989 4.10). */
#define LIMIT_DMARC_WALK        8UL
#define LIMIT_DMARC_IDENTIFIERS 16UL      /* walked for one message */
#define LIMIT_DMARC_ARENA       (4 * MiB) /* one evaluation */
#define LIMIT_DMARC_URIS        16UL      /* kept of rua and of ruf */
#define LIMIT_DMARC_URI         512UL
#define LIMIT_DMARC_PROBLEMS    24UL   /* told of one record */
#define LIMIT_RECORD_SHOWN      1024UL /* of a DNS record, in results */

/* A whole message judged: holds the largest DKIM and SPF reports */
#define LIMIT_AUTH_MEMORY (LIMIT_DKIM_MEMORY + 8 * MiB)
#define LIMIT_AUTH_SHOWN  (4 * KiB)  /* of one value of a message */
#define LIMIT_RECEIVED    (16 * KiB) /* one Received field that is read */

/* Authentication-Results */
#define LIMIT_AUTHRES_FIELD   (64 * KiB)
#define LIMIT_AUTHRES_FIELDS  16UL  /* trusted ones read of one message */
#define LIMIT_AUTHRES_RESULTS 64UL  /* of one field */
#define LIMIT_AUTHRES_PROPS   32UL  /* of one result */
#define LIMIT_AUTHRES_VALUE   320UL /* written: reason, comment, property */

#define LIMIT_STS_POLICY   (64 * KiB) /* RFC 8461 3.3 */
#define LIMIT_STS_MX       64UL
#define LIMIT_DANE_RECORDS 32UL

/* Laws */
#define LIMIT_LAW_FILE   (4 * MiB) /* of the pack */
#define LIMIT_LAW_PACK   (32 * MiB)
#define LIMIT_LAW_ROWS   4096UL
#define LIMIT_LAW_FIELD  (4 * KiB)
#define LIMIT_LAW_LIST   64UL      /* keywords or terms in one field */
#define LIMIT_LAW_PLACES 1024UL    /* of one --people */
#define LIMIT_LAW_TEXT   (8 * KiB) /* a rule or condition in words */

/* Approvals and overrides */
#define LIMIT_APPROVAL_REQUEST (4 * MiB)
#define LIMIT_APPROVAL_RECORD  (8 * KiB)
#define LIMIT_APPROVALS        4096UL /* records in one notice */
#define LIMIT_APPROVAL_MEMORY  (256 * MiB)
#define LIMIT_APPROVERS_FILE   (1 * MiB)
#define LIMIT_OVERRIDES_FILE   (1 * MiB)
#define LIMIT_OVERRIDE_SUBJECT 500UL
#define LIMIT_OVERRIDE_REASON  (64 * KiB)

/* Laws */
#define LIMIT_LAW_FILE   (4 * MiB) /* of the pack */
#define LIMIT_LAW_PACK   (32 * MiB)
#define LIMIT_LAW_ROWS   4096UL
#define LIMIT_LAW_FIELD  (4 * KiB)
#define LIMIT_LAW_LIST   64UL      /* keywords or terms in one field */
#define LIMIT_LAW_PLACES 1024UL    /* of one --people */
#define LIMIT_LAW_TEXT   (8 * KiB) /* a rule or condition in words */
/* The web, asked by checks */
#define LIMIT_URL          (8 * KiB)
#define LIMIT_FETCH_BODY   (4 * MiB)
#define LIMIT_FETCH_HEADER (256 * KiB)
#define LIMIT_RDAP         (1 * MiB)
