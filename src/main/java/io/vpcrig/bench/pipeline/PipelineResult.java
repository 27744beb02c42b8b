package io.vpcrig.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.Samples;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a scenario cost.
 *
 * @param frames rate of the whole way, the copy into the batch included
 * @param stages nanoseconds a frame by stage, from a run of its own
 * @param sessions in the table at the end
 * @param sessionBytes memory of all that grows with sessions
 * @param allocated bytes the thread allocated on the heap while the rate was measured
 */
public record PipelineResult(
    Scenario scenario,
    Samples frames,
    Map<String, Double> stages,
    int sessions,
    long sessionBytes,
    long allocated) {
  public PipelineResult {
    stages = Collections.unmodifiableMap(new LinkedHashMap<>(stages));
  }

  /** Nanoseconds a frame, by the median rate. */
  public double nsPerFrame() {
    return 1e9 / frames.rate().median();
  }

  /** Bytes of memory per session. */
  public double bytesPerSession() {
    return (double) sessionBytes / sessions;
  }

  /** Fields of the scenario, and what was measured. */
  public ObjectNode toJson() {
    ObjectNode root = scenario.toJson();
    root.setAll(frames.toJson("frames"));
    root.put("nsPerFrame", nsPerFrame());
    ObjectNode byStage = root.putObject("stagesNs");
    stages.forEach(byStage::put);
    long measured = frames.runs().stream().mapToLong(Samples.Run::units).sum();
    return root.put("sessions", sessions)
        .put("sessionBytes", sessionBytes)
        .put("bytesPerSession", bytesPerSession())
        .put("allocatedBytesPerFrame", (double) allocated / measured);
  }
}
