// load: sends one request over and over and says how fast it was answered, as one line of JSON.
//
//   load --port 9100 --body FILE --connections 64 --seconds 5 [--key-file FILE] [--path /v1/chat/completions]
//        [--rate 2000] [--stream 50] [--seed 1]
//
// Without --rate the loop is closed: every connection sends its next request when it has the answer to the last one.
// With --rate it is open: requests fall due at random (Poisson) moments whatever the server does, and an answer's
// latency counts from the moment its request was due, so that a server that stalls cannot hide it.
// With --stream N the answer must be server-sent events: at least N of them, and `[DONE]` as the last.
// The key (from the file, or BENCH_KEY in the environment) goes into `Authorization: Bearer` and nowhere else.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

typedef enum { HEAD, FIXED_BODY, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILER } Expecting;

typedef struct Connection {
    int file;
    bool busy, answering, wantsWrite;    // answering: the first byte of the body has come
    double due;                          // when the request should have left
    size_t written;
    Expecting expecting;
    char head[16384], line[64], event[16];   // what has been read of each; of an event's line, enough to know it
    size_t headLength, lineLength, eventLength;
    size_t left;                         // of the body, or of the chunk
    int status;
    bool closes, done;                   // done: the last event was [DONE]
    long events, bodyBytes;
    struct Connection *nextIdle;
} Connection;

typedef struct { unsigned *values; size_t count, capacity; } Samples;   // in units of 100 ns

static int poller, port, leastEvents = -1;
static char *request;
static size_t requestLength;
static double stop, rate;
static Connection *idle;
static double *waiting;                  // requests that are due and have no connection (open loop)
static size_t firstWaiting, lastWaiting, waitingCapacity;
static Samples latencies, firstBytes;
static long answered, events, pieces, badStatus, badBody, broken, statuses[600];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void add(Samples *s, double seconds) {
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? s->capacity * 2 : 1 << 16;
        if (!(s->values = realloc(s->values, s->capacity * sizeof *s->values))) fail("load: memory");
    }
    s->values[s->count++] = (unsigned)fmin(seconds * 1e7, 4e9);
}

static int ascending(const void *a, const void *b) {
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

// In microseconds, of sorted samples.
static double percentile(const Samples *s, double share) {
    size_t rank = (size_t)ceil(share * s->count);
    return s->count ? s->values[rank ? rank - 1 : 0] / 10.0 : 0;
}

static void watch(Connection *c, int operation, bool write) {
    c->wantsWrite = write;
    struct epoll_event e = {.events = EPOLLIN | (write ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poller, operation, c->file, &e);
}

static void open_(Connection *c) {
    int on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    c->file = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->file < 0) fail("load: socket");
    setsockopt(c->file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(c->file, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) fail("load: connect");
    watch(c, EPOLL_CTL_ADD, false);
}

static void write_(Connection *c) {
    while (c->written < requestLength) {
        ssize_t n = send(c->file, request + c->written, requestLength - c->written, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EAGAIN) watch(c, EPOLL_CTL_MOD, true);
            return;                      // on any other error, reading will meet it too
        }
        c->written += n;
    }
    if (c->wantsWrite) watch(c, EPOLL_CTL_MOD, false);
}

static void begin(Connection *c, double due) {
    c->busy = true;
    c->due = due;
    c->written = c->headLength = c->lineLength = c->eventLength = c->left = 0;
    c->expecting = HEAD;
    c->answering = c->closes = c->done = false;
    c->events = c->bodyBytes = 0;
    write_(c);
}

// The connection may take the next request: at once in a closed loop, when one is due in an open loop.
static void rest(Connection *c) {
    if (rate == 0) begin(c, now());
    else if (firstWaiting < lastWaiting) begin(c, waiting[firstWaiting++]);
    else {
        c->busy = false;
        c->nextIdle = idle;
        idle = c;
    }
}

static void reopen(Connection *c) {
    bool wasIdle = !c->busy;
    close(c->file);
    open_(c);
    if (!wasIdle) rest(c);               // an idle one is in the list of the idle still
}

static void finish(Connection *c) {
    double t = now();
    if (t < stop) {
        statuses[c->status]++;
        if (c->status < 200 || c->status > 299) badStatus++;
        else if (leastEvents >= 0 ? !c->done || c->events < leastEvents : c->bodyBytes < 200) badBody++;
        else {
            answered++;
            events += c->events;
            add(&latencies, t - c->due);
        }
    }
    if (c->closes) reopen(c); else rest(c);
}

// Counts the events of a stream, whatever way its lines were cut.
static void look(Connection *c, const char *bytes, size_t length) {
    if (!c->answering) {
        c->answering = true;
        add(&firstBytes, now() - c->due);
    }
    c->bodyBytes += length;
    for (const char *end = bytes + length; leastEvents >= 0 && bytes < end;) {
        const char *newline = memchr(bytes, '\n', end - bytes);
        size_t part = (newline ? newline : end) - bytes, room = sizeof c->event - c->eventLength;
        memcpy(c->event + c->eventLength, bytes, part < room ? part : room);
        c->eventLength += part < room ? part : room;
        if (!newline) return;
        if (c->eventLength >= 5 && !memcmp(c->event, "data:", 5)) {
            c->done = c->eventLength >= 12 && !memcmp(c->event, "data: [DONE]", 12);
            c->events += !c->done;
            pieces += !c->done;
        }
        c->eventLength = 0;
        bytes = newline + 1;
    }
}

static bool readHead(Connection *c) {
    c->head[c->headLength] = 0;
    if (sscanf(c->head, "HTTP/1.1 %3d", &c->status) != 1 || c->status < 100) return false;
    c->closes = strcasestr(c->head, "\r\nconnection: close") != NULL;
    const char *length = strcasestr(c->head, "\r\ncontent-length:");
    bool chunked = strcasestr(c->head, "\r\ntransfer-encoding: chunked") != NULL;
    c->left = length ? strtoul(length + 17, NULL, 10) : 0;
    c->expecting = chunked ? CHUNK_SIZE : FIXED_BODY;
    return (length || chunked) && c->status < 600;
}

// Takes bytes of answers; false if they are not HTTP.
static bool take(Connection *c, const char *bytes, size_t length) {
    for (const char *end = bytes + length; bytes < end;) {
        if (!c->busy) return false;
        size_t part = (size_t)(end - bytes) < c->left ? (size_t)(end - bytes) : c->left;
        switch (c->expecting) {
        case HEAD:
            if (c->headLength == sizeof c->head - 1) return false;
            c->head[c->headLength++] = *bytes++;
            if (c->headLength < 4 || memcmp(c->head + c->headLength - 4, "\r\n\r\n", 4)) break;
            if (!readHead(c)) return false;
            if (c->expecting == FIXED_BODY && c->left == 0) finish(c);
            break;
        case FIXED_BODY: case CHUNK_DATA:
            look(c, bytes, part);
            bytes += part;
            c->left -= part;
            if (c->left > 0) break;
            if (c->expecting == CHUNK_DATA) c->expecting = CHUNK_END; else finish(c);
            break;
        case CHUNK_SIZE: case CHUNK_END: case TRAILER:
            if (c->lineLength == sizeof c->line - 1) return false;
            c->line[c->lineLength++] = *bytes;
            if (*bytes++ != '\n') break;
            c->line[c->lineLength] = 0;
            bool empty = !strcmp(c->line, "\r\n");
            c->lineLength = 0;
            if (c->expecting == CHUNK_END) {
                if (!empty) return false;
                c->expecting = CHUNK_SIZE;
            } else if (c->expecting == TRAILER) {
                if (empty) finish(c);
            } else {
                char *rest;
                c->left = strtoul(c->line, &rest, 16);
                if (rest == c->line) return false;
                c->expecting = c->left ? CHUNK_DATA : TRAILER;
            }
        }
    }
    return true;
}

static void read_(Connection *c) {
    static char bytes[262144];
    ssize_t n = recv(c->file, bytes, sizeof bytes, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n > 0 && take(c, bytes, n)) return;
    if (c->busy) {                       // it broke before the answer was complete
        broken++;
        usleep(1000);
    }
    reopen(c);
}

// Gives the requests that are due to idle connections, and returns when the next one is.
static double dispatch(double nextDue) {
    while (nextDue <= now()) {
        if (idle) {
            Connection *c = idle;
            idle = c->nextIdle;
            begin(c, nextDue);
        } else {
            if (lastWaiting == waitingCapacity) {
                waitingCapacity = waitingCapacity ? waitingCapacity * 2 : 4096;
                if (!(waiting = realloc(waiting, waitingCapacity * sizeof *waiting))) fail("load: memory");
            }
            waiting[lastWaiting++] = nextDue;
        }
        nextDue += -log(1 - drand48()) / rate;
    }
    return nextDue;
}

static char *contents(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    char *bytes = calloc(1, 1 << 20);
    if (!file || !bytes) fail(path);
    *length = fread(bytes, 1, (1 << 20) - 1, file);
    fclose(file);
    return bytes;
}

static void prepareRequest(const char *path, const char *body, const char *keyFile) {
    size_t bodyLength, keyLength = 0;
    char *bytes = contents(body, &bodyLength);
    const char *key = keyFile ? contents(keyFile, &keyLength) : getenv("BENCH_KEY");
    request = calloc(1, bodyLength + 4096);
    int head = sprintf(request,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %.*s\r\nContent-Type: application/json\r\n"
        "Accept: application/json\r\nUser-Agent: load\r\nContent-Length: %zu\r\n\r\n",
        path, port, key ? (int)strcspn(key, "\r\n") : 0, key ? key : "", bodyLength);
    memcpy(request + head, bytes, bodyLength);
    requestLength = head + bodyLength;
}

static void report(double seconds) {
    qsort(latencies.values, latencies.count, sizeof(unsigned), ascending);
    qsort(firstBytes.values, firstBytes.count, sizeof(unsigned), ascending);
    printf("{\"seconds\":%.3f,\"answered\":%ld,\"rps\":%.1f,\"events\":%ld,\"pieces\":%ld,\"errors\":%ld,\"bad_status\":%ld,"
           "\"bad_body\":%ld,\"broken\":%ld,\"waiting\":%zu,\"statuses\":{",
           seconds, answered, answered / seconds, events, pieces, badStatus + badBody + broken, badStatus, badBody, broken,
           lastWaiting - firstWaiting);
    const char *comma = "";
    for (int i = 0; i < 600; i++) if (statuses[i]) { printf("%s\"%d\":%ld", comma, i, statuses[i]); comma = ","; }
    printf("},\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,"
           "\"first_byte_p50_us\":%.1f,\"first_byte_p99_us\":%.1f}\n",
           percentile(&latencies, .5), percentile(&latencies, .9), percentile(&latencies, .99),
           percentile(&latencies, .999), percentile(&latencies, 1),
           percentile(&firstBytes, .5), percentile(&firstBytes, .99));
}

int main(int count, char **arguments) {
    const char *path = "/v1/chat/completions", *body = NULL, *keyFile = NULL;
    int connections = 1;
    double seconds = 5;
    long seed = 1;
    for (int i = 1; i + 1 < count; i += 2) {
        const char *name = arguments[i], *value = arguments[i + 1];
        if (!strcmp(name, "--port")) port = atoi(value);
        else if (!strcmp(name, "--path")) path = value;
        else if (!strcmp(name, "--body")) body = value;
        else if (!strcmp(name, "--key-file")) keyFile = value;
        else if (!strcmp(name, "--connections")) connections = atoi(value);
        else if (!strcmp(name, "--seconds")) seconds = atof(value);
        else if (!strcmp(name, "--rate")) rate = atof(value);
        else if (!strcmp(name, "--stream")) leastEvents = atoi(value);
        else if (!strcmp(name, "--seed")) seed = atol(value);
        else { fprintf(stderr, "load: unknown option %s\n", name); return 2; }
    }
    if (!port || !body) { fprintf(stderr, "load: --port and --body are needed\n"); return 2; }
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){20000, 20000});
    prctl(PR_SET_TIMERSLACK, 1000UL);
    srand48(seed);
    prepareRequest(path, body, keyFile);
    poller = epoll_create1(0);
    double started = now(), nextDue = started;
    stop = started + seconds;
    for (int i = 0; i < connections; i++) {
        Connection *c = calloc(1, sizeof *c);
        if (!c) fail("load: memory");
        open_(c);
        rest(c);
    }
    struct epoll_event ready[256];
    while (now() < stop) {
        double wake = stop;
        if (rate > 0 && (nextDue = dispatch(nextDue)) < stop) wake = nextDue;
        double pause = fmax(wake - now(), 0);
        struct timespec timeout = {.tv_sec = (time_t)pause, .tv_nsec = (long)(fmod(pause, 1) * 1e9)};
        int n = epoll_pwait2(poller, ready, 256, &timeout, NULL);
        for (int i = 0; i < n; i++) {
            Connection *c = ready[i].data.ptr;
            if (ready[i].events & EPOLLOUT) write_(c);
            if (ready[i].events & ~EPOLLOUT) read_(c);
        }
    }
    report(seconds);
    return 0;
}
