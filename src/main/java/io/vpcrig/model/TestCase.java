package io.vpcrig.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a VPC or a rule list is expected to do, as its operator writes it down. */
public sealed interface TestCase {
  /** Unique in its file. */
  String name();

  /** Where it is written. */
  Origin origin();

  /**
   * Every flow of a set is let through, or none is.
   *
   * @param allow whether a drop is a failure; else anything but a drop is
   */
  record Set(String name, Origin origin, boolean allow, FlowSet flows) implements TestCase {}

  /**
   * What a rule list makes of one flow.
   *
   * @param allow whether it is to be allowed, else denied
   * @param rule that decides, as its author calls it
   */
  record Judged(String name, Origin origin, boolean allow, Flow flow, Optional<String> rule)
      implements TestCase {}

  /**
   * Packets one after another through one router.
   *
   * @param packets at least one
   */
  record Sequence(String name, Origin origin, List<Expected> packets) implements TestCase {
    public Sequence {
      packets = List.copyOf(packets);
    }
  }

  /**
   * A capture through the data path, and what came out earlier.
   *
   * @param capture path
   * @param output path of the frames expected
   * @param report path of the expected report of {@code replay --format json}
   * @param counts expected numbers of frames, by verdict; those not named are not compared
   * @param untagged segment of untagged frames; empty: by their source
   * @param repair whether wrong checksums are repaired
   */
  record Golden(
      String name,
      Origin origin,
      String capture,
      Optional<String> output,
      Optional<String> report,
      Map<String, Long> counts,
      Optional<String> untagged,
      boolean repair)
      implements TestCase {
    public Golden {
      counts = Map.copyOf(counts);
    }
  }

  /**
   * One packet and what is expected of it. What is empty is not compared.
   *
   * @param afterNs virtual time since the packet before, 0 or more
   * @param allow whether a drop is a failure; else anything but a drop is
   * @param tcpFlags flags octet (RFC 9293 3.1); empty: SYN if no packet of its connection went
   *     before, else ACK
   * @param rewritten the flow as it leaves
   * @param in segment it comes by
   * @param out segment it leaves by
   * @param list that decided
   * @param rule number in the list
   * @param reason dotted name
   * @param reply whether the answer is let through
   */
  record Expected(
      Origin origin,
      long afterNs,
      boolean allow,
      Flow flow,
      OptionalInt tcpFlags,
      Optional<Flow> rewritten,
      Optional<String> in,
      Optional<String> out,
      Optional<String> list,
      OptionalInt rule,
      Optional<String> reason,
      Optional<Boolean> reply) {}
}
