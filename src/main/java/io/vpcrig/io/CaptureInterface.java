package io.vpcrig.io;

/**
 * An interface that frames of a capture came by. A pcap file has one, without a name.
 *
 * @param index what the batch's input interface column holds; counts on over the sections of a
 *     pcapng
 * @param section 0-based section of a pcapng file
 * @param name empty if the file gives none; as the file has it, control characters included
 * @param linkType number of the tcpdump.org registry; see {@link CaptureReader} on how it is
 *     normalised
 * @param snapLength most bytes captured of a frame, 0 if not limited
 * @param resolution of the timestamps, such as "10^-6 s"
 */
public record CaptureInterface(
    int index, int section, String name, int linkType, long snapLength, String resolution) {}
