// mock: a model server that costs almost nothing, so that what stands in front of it can be measured.
//
//   mock --port 9100 [--delay-ms 0] [--chunks 50] [--chunk-delay-ms 0]
//
// One thread, one epoll, keep-alive HTTP/1.1 on 127.0.0.1. Whatever is asked, the answer is a chat completion: about
// 1 KB of JSON, or, if the body says "stream":true, server-sent events of --chunks pieces, each written on its own,
// with the usage at the end if the body says "include_usage":true. A body that says "bench_pieces":N gets a stream of N
// pieces; one that says "bench_hold":true gets one piece, and then nothing more; one that says "bench_paced":true gets
// its pieces a few milliseconds apart, as models send them.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define USAGE "{\"prompt_tokens\":412,\"completion_tokens\":150,\"total_tokens\":562}"
#define CHUNK "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1790000000," \
    "\"model\":\"gpt-4o-mini\","

typedef struct { char *bytes; size_t length, capacity; } Buffer;

typedef struct Connection {
    int file;
    bool closed, waiting, wantsWrite;    // waiting: the answer is delayed or paced; later requests stay in `in`
    Buffer in, out;
    size_t written;                      // how much of `out` the socket has taken
    bool streams, includesUsage, holds, isPaced;
    int pieceCount;
    int nextPiece;                       // of a stream: 0 ... pieceCount
    double due;
    struct Connection *next;             // in a timer queue, or among the closed
} Connection;

// All delays of one kind are equal, so a first-in-first-out list is a sorted timer queue.
typedef struct { Connection *first, *last; double delay; } TimerQueue;

static int poller;
static int pieceCount = 50;               // of a stream, where the body does not say
static const int mostPieces = 4000;
static Buffer answer, streamHead, *pieces, streamEnd, streamEndWithUsage;
static TimerQueue starts, paces, slow = {.delay = 2e-3};
static Connection *closed;               // freed when nothing can point at them any more

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void append(Buffer *b, const char *bytes, size_t length) {
    if (b->length + length > b->capacity) {
        b->capacity = (b->length + length) * 2;
        b->bytes = realloc(b->bytes, b->capacity);
        if (!b->bytes) abort();
    }
    memcpy(b->bytes + b->length, bytes, length);
    b->length += length;
}

// Adds one event as one HTTP chunk.
static void appendEvent(Buffer *b, const char *json) {
    char size[32];
    append(b, size, sprintf(size, "%zx\r\n", strlen(json) + 8));
    append(b, "data: ", 6);
    append(b, json, strlen(json));
    append(b, "\n\n\r\n", 4);
}

static void prepareAnswers(void) {
    static const char prose[] =
        "A gateway stands between the programs of an organisation and the models they call. It checks who is calling, "
        "looks at what is sent and at what comes back, and keeps a record that can be trusted afterwards. Most of the "
        "time it has nothing to object to, and then the best thing it can do is to be quick. The work it adds should "
        "be small beside the time a model needs to think, and it should stay small when many callers arrive at once. That "
        "is what this answer is for: it is long enough to be worth scanning, it holds nothing that ought to be found, "
        "and it never changes.";
    char body[2048], head[256];
    int length = sprintf(body,
        "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion\",\"created\":1790000000,\"model\":\"gpt-4o-mini\","
        "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},"
        "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":" USAGE ",\"system_fingerprint\":\"fp_mock\"}",
        prose);
    append(&answer, head, sprintf(head,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", length));
    append(&answer, body, length);

    static const char begin[] =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    append(&streamHead, begin, strlen(begin));
    pieces = calloc(mostPieces, sizeof(Buffer));
    const char *word = prose;
    for (int i = 0; i < mostPieces; i++) {
        const char *end = strchr(word, ' ');
        end = end ? end + 1 : prose + strlen(prose);
        sprintf(body, CHUNK "\"choices\":[{\"index\":0,\"delta\":{%s\"content\":\"%.*s\"},\"finish_reason\":null}]}",
                i == 0 ? "\"role\":\"assistant\"," : "", (int)(end - word), word);
        appendEvent(&pieces[i], body);
        word = *end ? end : prose;
    }
    appendEvent(&streamEnd, CHUNK "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
    append(&streamEndWithUsage, streamEnd.bytes, streamEnd.length);
    appendEvent(&streamEndWithUsage, CHUNK "\"choices\":[],\"usage\":" USAGE "}");
    for (Buffer *b = &streamEnd;; b = &streamEndWithUsage) {
        appendEvent(b, "[DONE]");
        append(b, "0\r\n\r\n", 5);
        if (b == &streamEndWithUsage) break;
    }
}

static void closeConnection(Connection *c) {
    if (c->closed) return;
    c->closed = true;
    close(c->file);
    free(c->in.bytes);
    free(c->out.bytes);
    // One that waits is still in a timer queue, which frees it; one that is held is in none.
    if (!c->waiting || c->holds) { c->next = closed; closed = c; }
}

static void watch(Connection *c, bool write) {
    if (c->wantsWrite == write) return;
    c->wantsWrite = write;
    struct epoll_event e = {.events = EPOLLIN | (write ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_MOD, c->file, &e);
}

static bool flush(Connection *c) {
    while (c->written < c->out.length) {
        ssize_t n = send(c->file, c->out.bytes + c->written, c->out.length - c->written, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) { watch(c, true); return true; }
        if (n < 0) { closeConnection(c); return false; }
        c->written += n;
    }
    c->written = c->out.length = 0;
    watch(c, false);
    return true;
}

static void send_(Connection *c, const Buffer *b) {
    append(&c->out, b->bytes, b->length);
    flush(c);
}

static void wait_(Connection *c, TimerQueue *queue) {
    c->waiting = true;
    c->due = now() + queue->delay;
    c->next = NULL;
    if (queue->last) queue->last->next = c; else queue->first = c;
    queue->last = c;
}

// Sends what may be sent now; a paced stream waits after each piece.
static void answerNow(Connection *c) {
    if (!c->streams) { send_(c, &answer); return; }
    if (c->nextPiece == 0) append(&c->out, streamHead.bytes, streamHead.length);
    while (c->nextPiece < c->pieceCount) {
        send_(c, &pieces[c->nextPiece++]);
        if (c->closed) return;
        if (c->holds) { c->waiting = true; return; }
        if (c->isPaced) { wait_(c, &slow); return; }
        if (paces.delay > 0) { wait_(c, &paces); return; }
    }
    send_(c, c->includesUsage ? &streamEndWithUsage : &streamEnd);
}

// Whether `name` is followed by `: true` in the body; good enough for bodies that are ours.
static bool isTrue(const char *body, size_t length, const char *name) {
    const char *at = memmem(body, length, name, strlen(name)), *end = body + length;
    if (!at) return false;
    for (at += strlen(name); at < end && (*at == ' ' || *at == ':'); at++) {}
    return end - at >= 4 && memcmp(at, "true", 4) == 0;
}

// The number behind `name` in the body; `otherwise` where there is none or it is too large.
static int number(const char *body, size_t length, const char *name, int otherwise) {
    const char *at = memmem(body, length, name, strlen(name)), *end = body + length;
    if (!at) return otherwise;
    for (at += strlen(name); at < end && (*at == ' ' || *at == ':'); at++) {}
    int value = 0;
    for (; at < end && *at >= '0' && *at <= '9' && value <= mostPieces; at++) value = value * 10 + *at - '0';
    return value > 0 && value <= mostPieces ? value : otherwise;
}

// Answers the complete requests in `in`, one at a time.
static void serve(Connection *c) {
    while (!c->closed && !c->waiting && c->in.length > 0) {
        char *end = memmem(c->in.bytes, c->in.length, "\r\n\r\n", 4);
        if (!end) return;
        size_t head = end + 4 - c->in.bytes, body = 0;
        *end = 0;                        // so that strcasestr stops at the head's end
        const char *field = strcasestr(c->in.bytes, "\r\ncontent-length:");
        if (field) body = strtoul(field + 17, NULL, 10);
        *end = '\r';
        if (c->in.length < head + body) return;
        c->streams = isTrue(c->in.bytes + head, body, "\"stream\"");
        c->includesUsage = c->streams && isTrue(c->in.bytes + head, body, "\"include_usage\"");
        c->holds = c->streams && isTrue(c->in.bytes + head, body, "\"bench_hold\"");
        c->isPaced = c->streams && isTrue(c->in.bytes + head, body, "\"bench_paced\"");
        c->pieceCount = number(c->in.bytes + head, body, "\"bench_pieces\"", pieceCount);
        c->nextPiece = 0;
        c->in.length -= head + body;
        memmove(c->in.bytes, c->in.bytes + head + body, c->in.length);
        if (starts.delay > 0) wait_(c, &starts); else answerNow(c);
    }
}

static void readFrom(Connection *c) {
    char bytes[65536];
    ssize_t n = recv(c->file, bytes, sizeof bytes, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) { closeConnection(c); return; }
    append(&c->in, bytes, n);
    serve(c);
}

// Carries out what is due and returns how many milliseconds epoll may sleep.
static int runTimers(TimerQueue *queue) {
    while (queue->first) {
        Connection *c = queue->first;
        double left = c->due - now();
        if (left > 0) return (int)(left * 1000) + 1;
        if (!(queue->first = c->next)) queue->last = NULL;
        c->waiting = false;
        if (c->closed) { free(c); continue; }
        answerNow(c);
        if (!c->closed && !c->waiting) serve(c);
    }
    return -1;
}

int main(int count, char **arguments) {
    int port = 0;
    for (int i = 1; i + 1 < count; i += 2) {
        int value = atoi(arguments[i + 1]);
        if (!strcmp(arguments[i], "--port")) port = value;
        else if (!strcmp(arguments[i], "--delay-ms")) starts.delay = value / 1e3;
        else if (!strcmp(arguments[i], "--chunks")) pieceCount = value;
        else if (!strcmp(arguments[i], "--chunk-delay-ms")) paces.delay = value / 1e3;
        else { fprintf(stderr, "mock: unknown option %s\n", arguments[i]); return 2; }
    }
    signal(SIGPIPE, SIG_IGN);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){20000, 20000});
    prepareAnswers();
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
        perror("mock");
        return 1;
    }
    poller = epoll_create1(0);
    struct epoll_event events[256], e = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e);
    for (;;) {
        TimerQueue *queues[] = {&starts, &paces, &slow};
        int sleep = -1;
        for (int i = 0; i < 3; i++) {
            int next = runTimers(queues[i]);
            if (sleep < 0 || (next >= 0 && next < sleep)) sleep = next;
        }
        while (closed) {
            Connection *c = closed;
            closed = c->next;
            free(c);
        }
        int ready = epoll_wait(poller, events, 256, sleep);
        for (int i = 0; i < ready; i++) {
            Connection *c = events[i].data.ptr;
            if (!c) {
                int file;
                while ((file = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    c = calloc(1, sizeof *c);
                    c->file = file;
                    e.data.ptr = c;
                    epoll_ctl(poller, EPOLL_CTL_ADD, file, &e);
                }
            } else if (!(events[i].events & EPOLLOUT) || (flush(c), !c->closed)) {
                if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readFrom(c);
            }
        }
    }
}
