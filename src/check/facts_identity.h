#pragma once

struct identity_facts {
	int unused;
};
