package io.vpcrig.telemetry;

import org.agrona.concurrent.status.CountersReader;

/**
 * Where things lie in a counter file. Little-endian; all regions begin on a cache line. Metadata
 * and values are those of Agrona's {@link CountersReader}, so that any tool for these reads them.
 *
 * <pre>
 *   head, 512 bytes
 *      0 magic "VPCRIGCT" (8), stored last       8 layout version (4)     12 state (4): 1 running, 2 ended
 *     16 counters there is room for (4)         20 examples (4)
 *     24 PID (8)                                32 process start, ms (8)  40 run begun, ms (8)
 *     64 verb: length (4), UTF-8 (up to 60)    128 VPC: length (4), UTF-8 (up to 252)
 *   metadata, 512 bytes a counter: type id, label "drops{reason=\"acl.deny.rule\"}"
 *   values, 128 bytes a counter
 *   examples, 256 bytes a reason, by its number
 *      0 version (8): odd while it is written    8 when, ms (8)  16 length (4), UTF-8 (up to 236)
 * </pre>
 */
final class CounterLayout {
  /** "VPCRIGCT" as its bytes stand in the file. */
  static final long MAGIC = 0x5443_4749_5243_5056L;

  static final int VERSION = 1;
  static final int MAX_COUNTERS = 1 << 18;

  static final int HEAD = 512;
  static final int AT_MAGIC = 0;
  static final int AT_VERSION = 8;
  static final int AT_STATE = 12;
  static final int AT_CAPACITY = 16;
  static final int AT_EXAMPLES = 20;
  static final int AT_PID = 24;
  static final int AT_PROCESS_START = 32;
  static final int AT_BEGUN = 40;
  static final int AT_VERB = 64;
  static final int VERB_BYTES = 60;
  static final int AT_VPC = 128;
  static final int VPC_BYTES = 252;

  static final int RUNNING = 1;
  static final int ENDED = 2;

  static final int EXAMPLE = 256;
  static final int EXAMPLE_MS = 8;
  static final int EXAMPLE_TEXT = 16;
  static final int EXAMPLE_BYTES = EXAMPLE - EXAMPLE_TEXT - Integer.BYTES;

  private CounterLayout() {}

  static long metadataBytes(int capacity) {
    return (long) capacity * CountersReader.METADATA_LENGTH;
  }

  static long valuesBytes(int capacity) {
    return (long) capacity * CountersReader.COUNTER_LENGTH;
  }

  static long fileBytes(int capacity, int examples) {
    return HEAD + metadataBytes(capacity) + valuesBytes(capacity) + (long) examples * EXAMPLE;
  }
}
