/* Counts the matches of four patterns in a file and prints the number. */
#include <fcntl.h>
#include <hs/hs.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *patterns[] = {
    "[1-9][0-9]{5}(18|19|20)[0-9]{9}[0-9Xx]",
    "1[3-9][0-9]{9}",
    "[3-69][0-9]{12,18}",
    "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
};

static int on_match(unsigned int id, unsigned long long from, unsigned long long to,
                    unsigned int flags, void *count) {
    (void)id, (void)from, (void)to, (void)flags;
    ++*(unsigned long long *)count;
    return 0;
}

int main(int argc, char **argv) {
    static char buf[1 << 20];
    const unsigned int flags[] = {0, 0, 0, 0}, ids[] = {0, 1, 2, 3};
    hs_database_t *db;
    hs_compile_error_t *bad;
    hs_scratch_t *scratch = NULL;
    unsigned long long count = 0;
    size_t have = 0;
    int fd;

    if (argc != 2 || (fd = open(argv[1], O_RDONLY)) < 0)
        return 2;
    if (hs_compile_multi(patterns, flags, ids, 4, HS_MODE_BLOCK, NULL, &db, &bad) != HS_SUCCESS)
        return 3;
    if (hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
        return 4;
    for (;;) {
        ssize_t n = read(fd, buf + have, sizeof buf - have);
        size_t end;
        if (n < 0)
            return 5;
        have += (size_t)n;
        for (end = have; end > 0 && buf[end - 1] != '\n'; end--)
            ;
        if (n == 0 || end == 0)
            end = have;
        if (hs_scan(db, buf, (unsigned int)end, 0, scratch, on_match, &count) != HS_SUCCESS)
            return 6;
        memmove(buf, buf + end, have - end);
        have -= end;
        if (n == 0)
            break;
    }
    printf("%llu\n", count);
    return 0;
}
