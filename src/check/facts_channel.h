#pragma once

struct channel_facts {
	int unused;
};
