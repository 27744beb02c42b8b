package io.vpcrig.query;

import io.vpcrig.telemetry.Reason;
import java.util.Optional;

/**
 * What became of one frame of a capture.
 *
 * @param number 1-based
 * @param came by what tag or tunnel, in words
 * @param in segment, if it was found
 * @param verdict {@link io.vpcrig.frame.Verdict}
 * @param explanation empty if the frame was decided before the policy could see a packet in it
 */
public record FrameStory(
    long number,
    String came,
    Optional<String> in,
    byte verdict,
    Reason reason,
    Optional<Explanation> explanation) {}
