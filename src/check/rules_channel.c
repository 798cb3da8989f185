#include "check/facts.h"
#include "check/finding.h"

static const struct rule rules[] = {
    {"X-channel", "", SEVERITY_INFO, "", "", ""},
};

static void judge(const struct check_facts *x, struct findings *f)
{
}

const struct rule_family family_channel = {
    .name = "channel",
    .title = "",
    .rules = rules,
    .count = ARRAY_SIZE(rules),
    .judge = judge,
};
