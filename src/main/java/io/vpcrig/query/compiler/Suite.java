package io.vpcrig.query.compiler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vpcrig.model.MalformedLineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The shipped conformance suite.
 *
 * @param version grows with every change
 * @param sha256 of its file
 * @param elsewhere defects of real routers that a list alone can't show
 */
public record Suite(int version, String sha256, List<Case> cases, List<Elsewhere> elsewhere) {
  private static final String RESOURCE = "suite.yaml";

  public Suite {
    cases = List.copyOf(cases);
    elsewhere = List.copyOf(elsewhere);
  }

  /**
   * One thing that compilers get wrong.
   *
   * @param why what is expected, and of whom it is known that they did otherwise
   * @param lists compiled one after the other, by the same compiler: the later ones are edits
   */
  public record Case(String name, String why, String source, List<RuleFile.Contents> lists) {
    public Case {
      lists = List.copyOf(lists);
    }

    /** What its lists make use of. */
    Set<Feature> features() {
      Set<Feature> features = new HashSet<>();
      lists.forEach(list -> features.addAll(Feature.of(list.list())));
      return features;
    }

    /** Headers with a verdict, in all lists. */
    public int headers() {
      return lists.stream().mapToInt(list -> list.headers().size()).sum();
    }
  }

  /** A defect that is no rule compiler's. */
  public record Elsewhere(String what, String source) {}

  /** The suite of this version of vpcrig. */
  public static Suite shipped() {
    try (InputStream bytes = Suite.class.getResourceAsStream(RESOURCE)) {
      return read(bytes.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("the shipped suite is broken", e);
    }
  }

  static Suite read(byte[] bytes) throws IOException {
    JsonNode root = new YAMLMapper().readTree(new String(bytes, StandardCharsets.UTF_8));
    List<Case> cases = new ArrayList<>();
    for (JsonNode each : root.required("cases")) {
      cases.add(readCase(each));
    }
    List<Elsewhere> elsewhere = new ArrayList<>();
    for (JsonNode each : root.required("elsewhere")) {
      elsewhere.add(
          new Elsewhere(each.required("what").asText(), each.required("source").asText()));
    }
    return new Suite(root.required("version").asInt(), Digests.sha256(bytes), cases, elsewhere);
  }

  private static Case readCase(JsonNode node) throws MalformedLineException {
    String name = node.required("name").asText();
    List<RuleFile.Contents> lists = new ArrayList<>();
    for (JsonNode list : node.required("lists")) {
      lists.add(RuleFile.parse(name, list.asText()));
    }
    return new Case(name, node.required("why").asText(), node.required("source").asText(), lists);
  }
}
