/* Random bytes, which libraries written in Rust ask this library for and wine 8 has under an older name. */

#include <stddef.h>

int __stdcall SystemFunction036(void *bytes, unsigned long count);

__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *bytes, size_t count)
{
    const size_t most = 1u << 30;
    while (count > 0) {
        unsigned long part = (unsigned long)(count < most ? count : most);
        if (!SystemFunction036(bytes, part))
            return 0;
        bytes += part;
        count -= part;
    }
    return 1;
}
