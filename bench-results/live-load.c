/* Loads a router between two network namespaces and measures what arrives; vs-live-fwd.sh runs it.
 *
 *   live-load rate    SRC-NS SRC-IF DST-NS DST-IF SIZE FLOWS FIRST SECONDS RUNS [WARM]   frames as fast as the router takes
 *   live-load latency SRC-NS SRC-IF DST-NS DST-IF SIZE COUNT GAP-US                      one frame at a time
 *
 * Frames are UDP 10.1.0.2 -> 10.2.0.2 port 9 with right checksums, SIZE bytes without FCS, to MAC 02:00:0a:01:00:01.
 * rate: frames are made in the kernel by an XDP program and sent over SRC-IF (a veth), FLOWS flows from FIRST on in turn,
 *   and in each run the next FLOWS;
 *   counted and dropped by XDP at DST-IF. WARM seconds go before for nothing. One line a run: million frames a second that
 *   arrived, that were sent, and how often another process took this core meanwhile.
 * latency: from the call that sends to the call that receives, which spins; one line: microseconds, least, p50, p90, p99,
 *   most, and how many were lost.
 * The process should be pinned (taskset). Needs root, live-load.bpf.o beside the program, libbpf. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void die(const char *form, ...)
{
    va_list a;
    va_start(a, form);
    fprintf(stderr, "live-load: ");
    vfprintf(stderr, form, a);
    fputc('\n', stderr);
    exit(2);
}
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}
static void enter(const char *name)
{
    char f[128];
    snprintf(f, sizeof f, "/run/netns/%s", name);
    int fd = open(f, O_RDONLY);
    if (fd < 0 || setns(fd, CLONE_NEWNET))
        die("namespace %s: %s", name, strerror(errno));
    close(fd);
}
static int number(const char *interface)
{
    int i = if_nametoindex(interface);
    if (!i)
        die("no interface %s", interface);
    return i;
}
static void put16(uint8_t *p, uint16_t v) { v = htons(v); memcpy(p, &v, 2); }
static uint32_t add(uint32_t s, const uint8_t *p, int n)
{
    for (int i = 0; i + 1 < n; i += 2)
        s += p[i] << 8 | p[i + 1];
    return n & 1 ? s + (p[n - 1] << 8) : s;
}
static uint16_t finish(uint32_t s)
{
    while (s >> 16)
        s = (s & 0xffff) + (s >> 16);
    return ~s;
}
static void frame(uint8_t *f, int size, const char *interface)
{
    static const uint8_t to[6] = { 2, 0, 10, 1, 0, 1 };
    struct ifreq r = { 0 };
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    strncpy(r.ifr_name, interface, IFNAMSIZ - 1);
    if (ioctl(s, SIOCGIFHWADDR, &r))
        die("%s: %s", interface, strerror(errno));
    close(s);
    memset(f, 0, size);
    memcpy(f, to, 6);
    memcpy(f + 6, r.ifr_hwaddr.sa_data, 6);
    put16(f + 12, 0x0800);
    uint8_t *ip = f + 14, *udp = f + 34;
    ip[0] = 0x45;
    put16(ip + 2, size - 14);
    put16(ip + 4, 0x7777);
    ip[6] = 0x40;
    ip[8] = 64;
    ip[9] = 17;
    memcpy(ip + 12, (uint8_t[]){ 10, 1, 0, 2, 10, 2, 0, 2 }, 8);
    put16(ip + 10, finish(add(0, ip, 20)));
    put16(udp, 1024);
    put16(udp + 2, 9);
    put16(udp + 4, size - 34);
    for (int i = 8; i < size - 34; i++)
        udp[i] = i * 7;
    put16(udp + 6, finish(add(add(17 + size - 34, ip + 12, 8), udp, size - 34)));
}

static struct { uint8_t head[64]; uint32_t interface, flows; uint64_t first, reset; } *cfg;
static struct bpf_object *object;
static int program(const char *name)
{
    struct bpf_program *p = bpf_object__find_program_by_name(object, name);
    if (!p)
        die("no BPF program %s", name);
    return bpf_program__fd(p);
}
static uint64_t arrived(void)
{
    uint64_t v[256] = { 0 }, s = 0;
    uint32_t k = 1;
    bpf_map_lookup_elem(bpf_object__find_map_fd_by_name(object, "cnt"), &k, v);
    for (int i = 0; i < libbpf_num_possible_cpus() && i < 256; i++)
        s += v[i];
    return s;
}
static void attach(int interface, const char *name)
{
    if (bpf_xdp_attach(interface, program(name), XDP_FLAGS_DRV_MODE, NULL))
        die("XDP program %s: %s", name, strerror(errno));
}

static void rate(char **a, int n)
{
    int size = atoi(a[4]), runs = atoi(a[8]);
    double seconds = atof(a[7]), warm = n > 9 ? atof(a[9]) : 0;
    char path[4096];
    ssize_t got = readlink("/proc/self/exe", path, sizeof path - 16);
    path[got < 0 ? 0 : got] = 0;
    strcat(path, ".bpf.o");
    libbpf_set_print(NULL);
    object = bpf_object__open_file(path, NULL);
    if (!object || bpf_object__load(object))
        die("%s can't be loaded: %s", path, strerror(errno));
    cfg = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(bpf_object__find_map_by_name(object, ".bss")), 0);
    if (cfg == MAP_FAILED)
        die("mmap: %s", strerror(errno));
    enter(a[2]);
    int sink = number(a[3]);
    attach(sink, "count");
    enter(a[0]);
    int from = number(a[1]);
    attach(from, "pass");
    static uint8_t f[4096];
    frame(f, size, a[1]);
    memcpy(cfg->head, f, 64);
    cfg->interface = from;
    cfg->flows = atoll(a[5]);
    cfg->first = atoll(a[6]);
    struct xdp_md ctx = { .data_end = size, .ingress_ifindex = from };
    LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = f, .data_size_in = size, .ctx_in = &ctx, .ctx_size_in = sizeof ctx, .repeat = 1 << 14,
                .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = 64);
    int source = program("source");
    /* One call of the kernel's test run a run, since its set-up and its end sleep: first find how many frames that is. */
    double pace = 0;
    for (int k = 0; k < 3; k++) {
        o.repeat = pace ? (uint32_t)(pace * 0.1) + 1 : 1 << 14;
        double t = now();
        if (bpf_prog_test_run_opts(source, &o))
            die("sending: %s", strerror(errno));
        pace = o.repeat / (now() - t);
    }
    for (int run = -1; run < runs; run++) {
        double length = run < 0 ? warm : seconds;
        if (length <= 0)
            continue;
        o.repeat = (uint32_t)(pace * length);
        cfg->reset++;
        struct rusage u0, u1;
        uint64_t before = arrived();
        getrusage(RUSAGE_THREAD, &u0);
        double t = now();
        if (bpf_prog_test_run_opts(source, &o))
            die("sending: %s", strerror(errno));
        t = now() - t;
        uint64_t count = arrived() - before;
        getrusage(RUSAGE_THREAD, &u1);
        pace = o.repeat / t;
        if (run >= 0)
            printf("%.4f %.4f %ld\n", count / t * 1e-6, pace * 1e-6, u1.ru_nivcsw - u0.ru_nivcsw);
        fflush(stdout);
        cfg->first += cfg->flows;
        usleep(100000);
    }
    bpf_xdp_detach(from, XDP_FLAGS_DRV_MODE, NULL);
    enter(a[2]);
    bpf_xdp_detach(sink, XDP_FLAGS_DRV_MODE, NULL);
}

static int packets(const char *interface, int protocol)
{
    int s = socket(AF_PACKET, SOCK_RAW, 0), one = 1;
    struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol), .sll_ifindex = number(interface) };
    setsockopt(s, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
    if (s < 0 || bind(s, (void *)&at, sizeof at))
        die("packet socket at %s: %s", interface, strerror(errno));
    return s;
}
static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}
static void latency(char **a)
{
    int size = atoi(a[4]), count = atoi(a[5]), gap = atoi(a[6]), lost = 0, got = 0, warm = count / 5;
    static uint8_t f[4096], in[4096];
    enter(a[2]);
    int to = packets(a[3], ETH_P_IP);
    enter(a[0]);
    int from = packets(a[1], 0);
    frame(f, size, a[1]);
    double *took = calloc(count, sizeof *took);
    for (int i = -warm; i < count; i++) {
        uint32_t id = 0x80000000u + i;
        memcpy(f + 42, &id, 4);
        put16(f + 40, 0);      /* no checksum: the payload changes */
        double t0 = now(), t;
        if (send(from, f, size, 0) != size)
            die("send: %s", strerror(errno));
        int there = 0;
        while ((t = now()) - t0 < 0.1 && !there) {
            ssize_t n = recv(to, in, sizeof in, MSG_DONTWAIT);
            there = n >= 46 && !memcmp(in + 42, &id, 4) && in[23] == 17;
        }
        if (i >= 0) {
            if (there)
                took[got++] = (t - t0) * 1e6;
            else
                lost++;
        }
        double until = now() + gap * 1e-6;
        while (now() < until)
            sched_yield();
    }
    if (!got)
        die("no frame came through");
    qsort(took, got, sizeof *took, compare);
    printf("%.2f %.2f %.2f %.2f %.2f %d\n", took[0], took[got / 2], took[got * 9 / 10], took[got * 99 / 100], took[got - 1], lost);
}

int main(int argc, char **argv)
{
    if (argc >= 11 && !strcmp(argv[1], "rate"))
        rate(argv + 2, argc - 2);
    else if (argc == 9 && !strcmp(argv[1], "latency"))
        latency(argv + 2);
    else
        die("see the head of live-load.c");
    return 0;
}
