/* The AVX-512 intrinsics that sol_vpc.c uses, by AVX2: for processors without AVX-512, with gcc's -include. A register of
 * 64 bytes is two of 32, a comparison's mask is made from its result; nothing else differs. */
#ifndef AVX512_ON_AVX2_H
#define AVX512_ON_AVX2_H
#include <immintrin.h>

typedef struct {
    __m256i low, high;
} two256;

static inline two256 two256_load(const void *p)
{
    const __m256i *q = p;
    return (two256){ _mm256_loadu_si256(q), _mm256_loadu_si256(q + 1) };
}
static inline void two256_store(void *p, two256 v)
{
    __m256i *q = p;
    _mm256_store_si256(q, v.low);
    _mm256_store_si256(q + 1, v.high);
}
static inline two256 two256_or(two256 a, two256 b)
{
    return (two256){ _mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high) };
}
static inline two256 two256_zero(void)
{
    return (two256){ _mm256_setzero_si256(), _mm256_setzero_si256() };
}
static inline int two256_reduce_or(two256 v)
{
    __m256i eight = _mm256_or_si256(v.low, v.high);
    __m128i four = _mm_or_si128(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
    __m128i two = _mm_or_si128(four, _mm_shuffle_epi32(four, 0x4e));
    return _mm_cvtsi128_si32(_mm_or_si128(two, _mm_shuffle_epi32(two, 0xb1)));
}
static inline unsigned two256_equal_mask(__m256i a, __m256i b)
{
    return _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b)));
}

#define __m512i two256
#define _mm512_loadu_si512(p) two256_load(p)
#define _mm512_load_si512(p) two256_load(p)
#define _mm512_store_si512(p, v) two256_store(p, v)
#define _mm512_or_si512(a, b) two256_or(a, b)
#define _mm512_setzero_si512() two256_zero()
#define _mm512_reduce_or_epi32(v) two256_reduce_or(v)
#define _mm256_cmpeq_epi32_mask(a, b) two256_equal_mask(a, b)
#endif
