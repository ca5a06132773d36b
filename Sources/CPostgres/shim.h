// PostgreSQL's client library, found when it is first needed and not when the program starts: whoever keeps SQLite has
// neither to install it nor to pay the five megabytes and the fifteen milliseconds that it and what it loads cost.
#pragma once

#include <dlfcn.h>
#include <stddef.h>

#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

#define POSTGRES_CALLS(CALL)                  \
    CALL(connectStart, PQconnectStartParams)  \
    CALL(connectPoll, PQconnectPoll)          \
    CALL(conninfoParse, PQconninfoParse)      \
    CALL(conninfoFree, PQconninfoFree)        \
    CALL(status, PQstatus)                    \
    CALL(finish, PQfinish)                    \
    CALL(socket, PQsocket)                    \
    CALL(errorMessage, PQerrorMessage)        \
    CALL(setNonBlocking, PQsetnonblocking)    \
    CALL(setNoticeReceiver, PQsetNoticeReceiver) \
    CALL(sendQuery, PQsendQuery)              \
    CALL(sendPrepare, PQsendPrepare)          \
    CALL(sendPrepared, PQsendQueryPrepared)   \
    CALL(flush, PQflush)                      \
    CALL(consumeInput, PQconsumeInput)        \
    CALL(isBusy, PQisBusy)                    \
    CALL(getResult, PQgetResult)              \
    CALL(clear, PQclear)                      \
    CALL(resultStatus, PQresultStatus)        \
    CALL(resultErrorField, PQresultErrorField) \
    CALL(resultErrorMessage, PQresultErrorMessage) \
    CALL(rowCount, PQntuples)                 \
    CALL(columnCount, PQnfields)              \
    CALL(value, PQgetvalue)                   \
    CALL(length, PQgetlength)                 \
    CALL(isNull, PQgetisnull)                 \
    CALL(changedCount, PQcmdTuples)           \
    CALL(notifies, PQnotifies)                \
    CALL(freeMemory, PQfreemem)               \
    CALL(transactionStatus, PQtransactionStatus) \
    CALL(serverVersion, PQserverVersion)      \
    CALL(setVerbosity, PQsetErrorVerbosity)

/// The calls that are used, by names of ours.
struct postgres_calls {
#define POSTGRES_FIELD(field, symbol) __typeof__(symbol) *_Nonnull field;
    POSTGRES_CALLS(POSTGRES_FIELD)
#undef POSTGRES_FIELD
};

/// Loads the library of this name; NULL where it is not there or lacks a call. It stays loaded.
static inline const struct postgres_calls *_Nullable postgres_load(const char *_Nonnull name) {
    static struct postgres_calls calls;
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return NULL;
#define POSTGRES_FIND(field, symbol)                              \
    {                                                             \
        void *found = dlsym(handle, #symbol);                     \
        if (found == NULL) return NULL;                           \
        calls.field = (__typeof__(symbol) *)found;                \
    }
    POSTGRES_CALLS(POSTGRES_FIND)
#undef POSTGRES_FIND
    return &calls;
}

/// Forgets what the server has to say beside results: nothing is written to standard error.
static inline void postgres_ignore_notice(void *_Nullable argument, const PGresult *_Nullable result) {
    (void)argument;
    (void)result;
}
