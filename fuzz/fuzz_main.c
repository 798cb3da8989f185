#include "fuzz.h"

#ifdef FUZZ_LIBFUZZER
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = mem_alloc(size);

	/* an exact copy, so that reading one byte too far is seen */
	memcpy(copy, data, size);
	fuzz_one(str_make(copy, size));
	free(copy);
	return 0;
}
#else
#include "base/buf.h"

#include <dirent.h>

static int run_folder(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *f;
	int n = 0;

	if (!d)
		return -1;
	while ((f = readdir(d))) {
		struct buf b = BUF_INIT(64u << 20);
		char path[1024];
		char *copy;

		if (f->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, f->d_name);
		if (buf_read_file(&b, path, NULL) == 0) {
			copy = mem_alloc(b.len);
			if (b.len)
				memcpy(copy, b.p, b.len);
			fuzz_one(str_make(copy, b.len));
			free(copy);
			n++;
		}
		buf_release(&b);
	}
	closedir(d);
	return n;
}

/* fuzz_x CORPUS...: one TAP case a folder, an empty corpus is a failure. */
int main(int argc, char **argv)
{
	int bad = 0;

	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		int n = run_folder(argv[i]);

		printf("%sok %d - %s: %d inputs\n", n > 0 ? "" : "not ", i,
		    argv[i], n);
		bad |= n <= 0;
	}
	return bad;
}
#endif
