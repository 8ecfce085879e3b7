/* The part of Windows' own ICU that Qt6Core is linked against and wine 8 lacks: converters of old character sets.
   There are none here; everything but those sets works without. The functions are those of unicode/ucnv.h. */

#include <stdint.h>

#define EXPORT __declspec(dllexport)
#define FILE_ACCESS_ERROR 4

typedef void Converter;
typedef void Callback;

static void fail(int *error)
{
    if (error && *error <= 0)
        *error = FILE_ACCESS_ERROR;
}

EXPORT Converter *ucnv_open(const char *name, int *error)
{
    fail(error);
    return 0;
}

EXPORT void ucnv_close(Converter *converter) {}
EXPORT void ucnv_reset(Converter *converter) {}
EXPORT int8_t ucnv_getMaxCharSize(const Converter *converter) { return 1; }
EXPORT int32_t ucnv_countAvailable(void) { return 0; }
EXPORT const char *ucnv_getAvailableName(int32_t number) { return 0; }

EXPORT const char *ucnv_getName(const Converter *converter, int *error)
{
    fail(error);
    return 0;
}

EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, int *error)
{
    return 0;
}

EXPORT void ucnv_getToUCallBack(const Converter *converter, Callback **action, const void **context)
{
    *action = 0;
    *context = 0;
}

EXPORT void ucnv_getFromUCallBack(const Converter *converter, Callback **action, const void **context)
{
    *action = 0;
    *context = 0;
}

EXPORT void ucnv_setToUCallBack(Converter *converter, Callback *action, const void *context, Callback **old_action,
                                const void **old_context, int *error)
{
    fail(error);
}

EXPORT void ucnv_setFromUCallBack(Converter *converter, Callback *action, const void *context, Callback **old_action,
                                  const void **old_context, int *error)
{
    fail(error);
}

EXPORT void ucnv_toUnicode(Converter *converter, uint16_t **target, const uint16_t *target_end, const char **source,
                           const char *source_end, int32_t *offsets, int8_t flush, int *error)
{
    fail(error);
}

EXPORT void ucnv_fromUnicode(Converter *converter, char **target, const char *target_end, const uint16_t **source,
                             const uint16_t *source_end, int32_t *offsets, int8_t flush, int *error)
{
    fail(error);
}

EXPORT int32_t ucnv_toUCountPending(const Converter *converter, int *error) { return 0; }
EXPORT int32_t ucnv_fromUCountPending(const Converter *converter, int *error) { return 0; }

EXPORT void ucnv_cbToUWriteUChars(void *arguments, const uint16_t *source, int32_t length, int32_t offset, int *error)
{
    fail(error);
}

EXPORT void ucnv_cbFromUWriteUChars(void *arguments, const uint16_t **source, const uint16_t *source_end,
                                    int32_t offset, int *error)
{
    fail(error);
}

EXPORT void UCNV_TO_U_CALLBACK_SUBSTITUTE(const void *context, void *arguments, const char *units, int32_t length,
                                          int reason, int *error)
{
    fail(error);
}

EXPORT void UCNV_FROM_U_CALLBACK_SUBSTITUTE(const void *context, void *arguments, const uint16_t *units, int32_t length,
                                            int32_t code_point, int reason, int *error)
{
    fail(error);
}
