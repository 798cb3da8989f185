#pragma once

struct content_facts {
	int unused;
};
