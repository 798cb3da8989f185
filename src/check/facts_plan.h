#pragma once

struct plan_facts {
	int unused;
};
