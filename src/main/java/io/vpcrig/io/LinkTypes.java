package io.vpcrig.io;

import io.vpcrig.frame.LinkType;

/** Small rules that both capture formats share. */
final class LinkTypes {
  /** Numbers for raw IP that BSDs write into files in place of 101. */
  private static final int RAW_BSD = 12;

  private static final int RAW_OPENBSD = 14;

  private LinkTypes() {}

  /** The registry's number of a link type found in a file. */
  static int normalise(int linkType) {
    return linkType == RAW_BSD || linkType == RAW_OPENBSD ? LinkType.RAW : linkType;
  }

  /**
   * Bytes that the capture cut off.
   *
   * @param captured bytes in the file
   * @param wire unsigned 32 bits: bytes on the wire; less than captured in some odd files, then
   *     nothing is taken to be cut
   */
  static int missing(int captured, int wire) {
    long cut = (wire & 0xffff_ffffL) - captured;
    return (int) Math.min(Math.max(cut, 0), Integer.MAX_VALUE);
  }
}
