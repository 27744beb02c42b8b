package io.vpcrig;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rooms of the house: which package may import which. Imports run downward only, rooms of one
 * level never import each other. {@link #ROOMS} is the table; a new package needs a row in it.
 */
class ArchitectureTest {
  private static final String ROOT = "io.vpcrig";

  private static final String AGRONA = "org.agrona..";
  private static final String JCTOOLS = "org.jctools..";
  private static final String HISTOGRAM = "org.HdrHistogram..";
  private static final String ZSTD = "io.airlift.compress..";
  private static final String PCAP4J = "org.pcap4j..";
  private static final String DNSJAVA = "org.xbill.DNS..";
  private static final String JAVABDD = "com.github.javabdd..";
  private static final String ANY_LIBRARY = "*..";

  /** From this level on a room may know YAML, JSON, HTTP and loggers. */
  private static final int TALKATIVE_LEVEL = 4;

  /** The level of the one room that may use the process's standard streams. */
  private static final int TOP_LEVEL = 6;

  /**
   * One package and its subpackages.
   *
   * @param libraries what it may import beside the JDK, as ArchUnit package patterns
   */
  private record Room(int level, String name, Predicate<Room> mayImport, List<String> libraries) {
    private String pattern() {
      return ROOT + "." + name + "..";
    }
  }

  private static final List<Room> ROOMS =
      List.of(
          new Room(0, "frame", nothing(), List.of(AGRONA)),
          new Room(0, "model", nothing(), List.of()),
          new Room(0, "telemetry", nothing(), List.of(AGRONA, HISTOGRAM)),
          new Room(1, "header", only("frame"), List.of(AGRONA)),
          new Room(1, "stage", only("frame", "telemetry"), List.of(AGRONA)),
          new Room(2, "tunnel", below(2), List.of(AGRONA)),
          new Room(2, "acl", below(2), List.of(AGRONA)),
          new Room(2, "nat", below(2), List.of(AGRONA)),
          new Room(2, "session", below(2), List.of(AGRONA)),
          new Room(2, "route", below(2), List.of(AGRONA)),
          new Room(2, "balance", below(2), List.of(AGRONA)),
          new Room(2, "service", below(2), List.of(AGRONA)),
          new Room(
              2,
              "io",
              only("frame", "header", "telemetry"),
              List.of(AGRONA, JCTOOLS, ZSTD, PCAP4J)),
          new Room(3, "engine", below(3).and(except("io")), List.of(AGRONA, JCTOOLS, HISTOGRAM)),
          new Room(3, "symbolic", only("model"), List.of(JAVABDD)),
          new Room(4, "config", only("model"), List.of(ANY_LIBRARY)),
          new Room(4, "query", below(4), List.of(ANY_LIBRARY)),
          new Room(4, "bench", below(4), List.of(ANY_LIBRARY)),
          new Room(4, "report", below(4), List.of(ANY_LIBRARY)),
          new Room(4, "live", below(4), List.of(AGRONA, DNSJAVA)),
          new Room(5, "control", below(5), List.of(ANY_LIBRARY)),
          new Room(TOP_LEVEL, "cli", below(TOP_LEVEL), List.of(ANY_LIBRARY)));

  private static final JavaClasses VPCRIG =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @TestFactory
  Stream<DynamicTest> everyRoomImportsOnlyWhatItMay() {
    return ROOMS.stream()
        .map(room -> dynamicTest(room.name(), () -> assertImportsOnlyWhatItMay(room)));
  }

  @Test
  void roomsOfOneLevelNeverImportEachOther() {
    for (Room room : ROOMS) {
      for (Room other : ROOMS) {
        assertTrue(
            !room.mayImport().test(other) || other.level() < room.level(),
            () -> "the table lets " + room.name() + " import " + other.name());
      }
    }
  }

  @Test
  void roomsFormNoCircle() {
    slices()
        .matching(ROOT + ".(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(VPCRIG);
  }

  @Test
  void nothingBelowConfigKnowsYamlJsonHttpOrALogger() {
    noClasses()
        .that()
        .resideInAnyPackage(patterns(room -> room.level() < TALKATIVE_LEVEL))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.fasterxml..",
            "tools.jackson..",
            "org.yaml..",
            "org.snakeyaml..",
            "java.net.http..",
            "com.sun.net.httpserver..",
            "java.util.logging..",
            "org.slf4j..",
            "ch.qos.logback..")
        .allowEmptyShould(true)
        .check(VPCRIG);
  }

  @Test
  void onlyCliUsesTheStandardStreams() {
    noClasses()
        .that()
        .resideInAnyPackage(patterns(room -> room.level() < TOP_LEVEL))
        .should(ACCESS_STANDARD_STREAMS)
        .allowEmptyShould(true)
        .check(VPCRIG);
  }

  @Test
  void nothingButMainStandsOutsideTheRooms() {
    var outside = new TreeSet<String>();
    VPCRIG.stream()
        .filter(not(resideInAnyPackage(patterns(room -> true))))
        .forEach(type -> outside.add(type.getName()));
    outside.remove(ROOT + ".Main");
    assertEquals(
        new TreeSet<String>(), outside, "classes of no room in the table of ArchitectureTest");
  }

  private static void assertImportsOnlyWhatItMay(Room room) {
    String rooms = ROOMS.stream().filter(room.mayImport()).map(Room::name).collect(joining(", "));
    classes()
        .that()
        .resideInAPackage(room.pattern())
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(room.pattern())
                .or(resideInAnyPackage(patterns(room.mayImport())))
                .or(
                    resideInAnyPackage("java..", "javax..", "jdk..", "")
                        .or(resideInAnyPackage(room.libraries().toArray(String[]::new)))
                        .and(not(resideInAnyPackage(ROOT + "..")))))
        .as(room.name() + " (level " + room.level() + ") imports only: " + rooms)
        .allowEmptyShould(true)
        .check(VPCRIG);
  }

  private static String[] patterns(Predicate<Room> which) {
    return ROOMS.stream().filter(which).map(Room::pattern).toArray(String[]::new);
  }

  private static Predicate<Room> nothing() {
    return room -> false;
  }

  private static Predicate<Room> only(String... names) {
    return room -> List.of(names).contains(room.name());
  }

  private static Predicate<Room> except(String name) {
    return room -> !room.name().equals(name);
  }

  private static Predicate<Room> below(int level) {
    return room -> room.level() < level;
  }
}
