package io.vpcrig.io;

/** How a capture is packed. */
public enum Compression {
  NONE,
  GZIP,
  ZSTD
}
