package io.vpcrig.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;

/**
 * A histogram of times as it stands in a result: count, extremes, percentiles to draw a curve by,
 * and the whole of it as HdrHistogram's own tools read it ({@code hdr}: V2, compressed, Base64), so
 * that results can be added.
 */
public final class LatencyBlock {
  /** Those that people ask for. */
  public static final List<Double> USUAL = List.of(50.0, 90.0, 99.0, 99.9, 99.99);

  /** Points of a curve for each halving of what is left, as in HdrHistogram's own output. */
  private static final int TICKS = 4;

  private LatencyBlock() {}

  /** The block of a histogram of nanoseconds; of an empty one only the count. */
  public static ObjectNode of(Histogram ns) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("unit", "ns").put("count", ns.getTotalCount());
    if (ns.getTotalCount() > 0) {
      root.put("min", ns.getMinValue()).put("mean", ns.getMean()).put("max", ns.getMaxValue());
    }
    ArrayNode percentiles = root.putArray("percentiles");
    for (double percentile : USUAL) {
      add(percentiles, percentile, ns.getValueAtPercentile(percentile));
    }
    ArrayNode curve = root.putArray("curve");
    ns.percentiles(TICKS)
        .forEach(
            point -> add(curve, point.getPercentileLevelIteratedTo(), point.getValueIteratedTo()));
    return root.put("hdr", encode(ns));
  }

  /** Whether this is such a block. */
  public static boolean is(JsonNode node) {
    return node.path("hdr").isTextual() && node.path("percentiles").isArray();
  }

  /** The sum, and what each had by itself. */
  static ObjectNode merge(List<JsonNode> blocks) {
    Histogram sum = histogram(blocks.getFirst());
    blocks.stream().skip(1).forEach(block -> sum.add(histogram(block)));
    ObjectNode merged = of(sum);
    ArrayNode forks = merged.putArray("forks");
    for (JsonNode block : blocks) {
      forks.addObject().set("percentiles", block.get("percentiles"));
    }
    return merged;
  }

  /**
   * A percentile by process: one, or one for each fork.
   *
   * @param percentile one of {@link #USUAL}
   */
  public static double[] byProcess(JsonNode block, double percentile) {
    JsonNode forks = block.path("forks");
    if (forks.isEmpty()) {
      return new double[] {value(block, percentile)};
    }
    double[] values = new double[forks.size()];
    for (int fork = 0; fork < values.length; fork++) {
      values[fork] = value(forks.get(fork), percentile);
    }
    return values;
  }

  private static double value(JsonNode block, double percentile) {
    for (JsonNode each : block.get("percentiles")) {
      if (each.get("percentile").asDouble() == percentile) {
        return each.get("value").asDouble();
      }
    }
    throw new IllegalArgumentException("no percentile " + percentile);
  }

  /** The histogram that a block holds. */
  public static Histogram histogram(JsonNode block) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(block.get("hdr").asText()));
      return Histogram.decodeFromCompressedByteBuffer(bytes, 1);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("hdr holds no histogram", e);
    }
  }

  private static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_COMPRESSION);
    return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(buffer.array(), length));
  }

  private static void add(ArrayNode to, double percentile, long value) {
    to.addObject().put("percentile", percentile).put("value", value);
  }
}
