package io.vpcrig.bench;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Statistics of a rule set, enough to draw sets like it of any size, in the manner of ClassBench
 * (Taylor and Turner, INFOCOM 2005). {@link RuleFitter} makes it, {@link FittedRules} draws from
 * it.
 *
 * @param rules how many rules it was fitted to
 * @param profiles joint distribution of protocol, port classes and prefix lengths
 * @param ports distribution of the ranges of the port classes that have values
 * @param source the tree of source prefixes
 * @param destination the tree of destination prefixes, its shape being that of the prefixes that
 *     have left the path of their source: that of the first rule with this destination
 * @param correlation for each level n: of the destinations that agree with their source in n
 *     leading bits, the part that agrees in the next, 0..1
 */
record RuleModel(
    int rules,
    List<Profile> profiles,
    List<Ports> ports,
    Tree source,
    Tree destination,
    List<Double> correlation) {
  /** Families shipped, each as a resource beside this class. */
  static final List<String> NAMES = List.of("acl1", "acl3", "acl5", "fw1", "fw3", "fw5", "ipc1");

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Everything of a rule but the very addresses and ports.
   *
   * @param protocol 0..255, -1 for any
   * @param count of rules that are so
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record Profile(
      int protocol,
      PortClass sourcePorts,
      PortClass destinationPorts,
      int sourceLength,
      int destinationLength,
      int count) {
    Profile times(int n) {
      return new Profile(
          protocol, sourcePorts, destinationPorts, sourceLength, destinationLength, n * count);
    }
  }

  /**
   * A range of ports, as rules of a protocol have it.
   *
   * @param side source or destination
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record Ports(int protocol, Side side, int first, int last, int count) {
    Ports times(int n) {
      return new Ports(protocol, side, first, last, n * count);
    }
  }

  /**
   * The prefixes of one side.
   *
   * @param shape of the tree of the distinct prefixes
   */
  record Tree(List<Popularity> popularity, TreeShape shape) {
    Tree {
      popularity = List.copyOf(popularity);
    }
  }

  /**
   * How many prefixes of a length are that popular.
   *
   * @param rules that have one prefix
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record Popularity(int length, int rules, int prefixes) {}

  /** Which of the two ports. */
  enum Side {
    SOURCE,
    DESTINATION
  }

  RuleModel {
    profiles = List.copyOf(profiles);
    ports = List.copyOf(ports);
    correlation = List.copyOf(correlation);
  }

  /**
   * A shipped one.
   *
   * @param name one of {@link #NAMES}
   */
  static RuleModel named(String name) throws IOException {
    try (InputStream in = RuleModel.class.getResourceAsStream(name + ".json")) {
      return JSON.readValue(in, RuleModel.class);
    }
  }

  /** The form of the resources: a line for each element of a list. */
  String toJson() throws IOException {
    return JSON.writeValueAsString(this).replace("],[", "],\n[") + "\n";
  }
}
