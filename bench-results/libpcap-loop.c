/* libpcap-loop IN.pcap [OUT.pcap]: what a program on libpcap does at least: reads all frames by pcap_loop, and writes
 * them by pcap_dump if there is an OUT. */
#include <pcap/pcap.h>
#include <stdio.h>

static unsigned long frames;

static void see(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    (void)user;
    (void)header;
    (void)bytes;
    frames++;
}

static void dump(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    frames++;
    pcap_dump(user, header, bytes);
}

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *in = argc > 1 ? pcap_open_offline(argv[1], error) : NULL;
    if (in == NULL) {
        fprintf(stderr, "libpcap-loop: %s\n", argc > 1 ? error : "no capture");
        return 2;
    }
    pcap_dumper_t *out = argc > 2 ? pcap_dump_open(in, argv[2]) : NULL;
    int end = pcap_loop(in, -1, out ? dump : see, (u_char *)out);
    if (out)
        pcap_dump_close(out);
    printf("%lu frames\n", frames);
    return end == 0 ? 0 : 1;
}
