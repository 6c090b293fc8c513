// SPDX-License-Identifier: GPL-2.0-only
/*
 * tsckhz: how fast the time stamp counter of this machine counts, in kHz; nothing where there is none
 *
 * QEMU's software emulation passes the counter on. A kernel that boots while its machine gets no CPU may take it for one
 * that is 45 times slower (seen: "PIT calibration deviates from HPET"): its clock then runs away from its timers.
 */

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#ifdef __x86_64__
#include <x86intrin.h>

#define WINDOW 50000000 /* ns */
#define TRIES  20

struct moment {
	uint64_t ns, ticks;
};

/* Of several looks at both clocks the one that was over first: nothing came in between. */
static struct moment now(void)
{
	struct moment m = { 0, 0 };
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = __rdtsc(), after;
		struct timespec t;

		clock_gettime(CLOCK_MONOTONIC_RAW, &t);
		after = __rdtsc();
		if (after - before >= best)
			continue;
		best = after - before;
		m.ns = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
		m.ticks = before + best / 2;
	}
	return m;
}

int main(void)
{
	const struct timespec window = { 0, WINDOW };
	struct moment a = now(), b;

	nanosleep(&window, NULL);
	b = now();
	printf("%llu\n", (unsigned long long)((b.ticks - a.ticks) * 1000000 / (b.ns - a.ns)));
	return 0;
}
#else
int main(void)
{
	return 0;
}
#endif
