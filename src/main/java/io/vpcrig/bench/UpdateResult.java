package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;

/**
 * What a list did under edits. Times in ns.
 *
 * @param engine that compiled the whole list
 * @param askedRate edits a second that were asked for
 * @param editRate edits a second that were made
 * @param quiet look-ups while nothing was edited
 * @param busy look-ups meanwhile
 * @param edit from the call of an edit to its version being published
 * @param effect from the call of an edit to the end of the first batch that was answered by it
 * @param quietBatch time of a batch while nothing was edited
 * @param busyBatch time of a batch meanwhile
 * @param compiled how often the list was compiled whole meanwhile
 * @param overlay most rules added and removed since it was last compiled whole
 */
public record UpdateResult(
    String engine,
    double askedRate,
    double editRate,
    Samples quiet,
    Samples busy,
    Histogram edit,
    Histogram effect,
    Histogram quietBatch,
    Histogram busyBatch,
    long compiled,
    int overlay) {
  /** Part of the look-up rate that is left while editing, by the medians. */
  public double kept() {
    return busy.rate().median() / quiet.rate().median();
  }

  /** Everything; histograms as quantiles. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("engine", engine);
    root.put("askedEditsPerSecond", askedRate).put("editsPerSecond", editRate);
    root.set("quiet", quiet.toJson("lookups"));
    root.set("busy", busy.toJson("lookups"));
    root.put("kept", kept());
    root.set("editNs", quantiles(edit));
    root.set("effectNs", quantiles(effect));
    root.set("quietBatchNs", quantiles(quietBatch));
    root.set("busyBatchNs", quantiles(busyBatch));
    root.put("compiled", compiled).put("largestOverlay", overlay);
    return root;
  }

  private static ObjectNode quantiles(Histogram histogram) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("count", histogram.getTotalCount())
        .put("p50", histogram.getValueAtPercentile(50))
        .put("p99", histogram.getValueAtPercentile(99))
        .put("p999", histogram.getValueAtPercentile(99.9))
        .put("max", histogram.getMaxValue());
  }
}
