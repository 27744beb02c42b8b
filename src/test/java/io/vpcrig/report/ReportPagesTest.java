package io.vpcrig.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.cli.VpcrigCommand;
import io.vpcrig.testing.Chromium;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shows each page in a browser: on a screen, dark, on a phone, on paper. Nothing may be loaded,
 * complained about, wider than the window or too pale to read. Pictures are left in {@code
 * target/report-pages} for people to look at.
 */
class ReportPagesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PICTURES = Path.of("target", "report-pages");
  private static final String EVIL = "</script><img src=x onerror='document.title=\"hacked\"'>";

  /** What is wrong with a page, as sentences; empty if all is well. */
  private static final String FAULTS =
      """
      (() => {
        const faults = [];
        const root = document.documentElement;
        if (root.scrollWidth > innerWidth) faults.push(`page is ${root.scrollWidth} wide`);
        if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
        for (const table of document.querySelectorAll('table:not(.u-legend)')) {
          if (!(table.caption && table.caption.textContent)) faults.push('a table has no caption');
          if (table.querySelector('th:not([scope])')) faults.push('a th has no scope');
        }
        for (const one of document.querySelectorAll('[role=img], [role=region]'))
          if (!one.getAttribute('aria-label')) faults.push('no label on ' + one.outerHTML.slice(0, 80));
        for (const canvas of document.querySelectorAll('canvas')) {
          const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          if (!dots.some(value => value !== 0)) faults.push('a chart is blank');
        }
        if (document.querySelector('img, iframe, object, embed, script[src]')) faults.push('an element that loads');
        const probe = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
        const rgb = (color, under) => {
          probe.fillStyle = `rgb(${under.join(' ')})`;
          probe.fillRect(0, 0, 1, 1);
          probe.fillStyle = color;
          probe.fillRect(0, 0, 1, 1);
          return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
        };
        const light = color => color.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((all, v, k) => all + v * [0.2126, 0.7152, 0.0722][k], 0);
        const ground = element => element ? rgb(getComputedStyle(element).backgroundColor, ground(element.parentElement)) : [255, 255, 255];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const told = new Set();
        while (walker.nextNode()) {
          const element = walker.currentNode.parentElement;
          if (!walker.currentNode.data.trim() || element.closest('script, svg, noscript') || !element.getClientRects().length) continue;
          const under = ground(element);
          const [a, b] = [light(rgb(getComputedStyle(element).color, under)), light(under)].sort((x, y) => y - x);
          const contrast = (a + 0.05) / (b + 0.05);
          if (contrast < 4.5 && told.size < 5) told.add(`contrast ${contrast.toFixed(2)}: ${element.outerHTML.slice(0, 80)}`);
        }
        return [...faults, ...told];
      })()
      """;

  @TempDir private static Path folder;
  private static Chromium browser;

  @BeforeAll
  static void start() throws IOException {
    browser = Chromium.startOrSkip();
    Files.createDirectories(PICTURES);
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void theReplaysPageShowsWhatItsJsonTells() throws IOException {
    Path page = folder.resolve("replay.html");
    JsonNode told =
        JSON.readTree(
            run(
                "replay",
                "--format=json",
                "--report=" + page,
                "pcaps/vpc.yaml",
                "pcaps/demo.pcap"));
    look(page, "replay");
    browser.open(page, 1280, 800, false);
    String text = text();
    assertTrue(
        text.contains(
            "%d forwarded + %d dropped + %d switched + %d local + %d held = %d frames"
                .formatted(
                    told.get("forwarded").asLong(),
                    told.get("dropped").asLong(),
                    told.get("switched").asLong(),
                    told.get("local").asLong(),
                    told.get("held").asLong(),
                    told.get("packets").asLong())),
        text);
    for (JsonNode drop : told.get("drops")) {
      assertTrue(text.contains(drop.get("reason").asText()), text);
    }
    assertTrue(text.contains(told.get("digest").asText()));
    long unused =
        told.get("rules").valueStream().filter(r -> r.get("packets").asLong() == 0).count();
    assertEquals(unused, number("document.querySelectorAll('tr.unused').length"));
    assertEquals(2, number("document.querySelectorAll('canvas').length"));
    String rects = "document.querySelectorAll('svg.map rect.box').length";
    assertEquals(told.get("segments").size(), number(rects));
    assertEquals(
        number("data.time.frames.forward.length"),
        number(
            "(d => { d.open = true; d.dispatchEvent(new Event('toggle'));"
                + " return d.querySelectorAll('tbody tr').length; })"
                + "(document.querySelector('figure details'))"));
    sortsByPackets();
    changesColours();
  }

  private static void sortsByPackets() throws IOException {
    String firstCells =
        "(t => [...t.tBodies[0].rows].map(r => +r.cells[2].textContent.replace(/\\D/g, '')))"
            + "(document.querySelector('[aria-label=\"Rules of list web\"] table'))";
    String click =
        "(b => (b.click(), b.parentElement.getAttribute('aria-sort')))"
            + "(document.querySelectorAll('[aria-label=\"Rules of list web\"] th button')[2])";
    assertEquals("descending", browser.evaluate(click).asText());
    List<Integer> down = browser.evaluate(firstCells).valueStream().map(JsonNode::asInt).toList();
    assertEquals(down.stream().sorted(Comparator.reverseOrder()).toList(), down);
    assertNotEquals(down.getFirst(), down.getLast());
    assertEquals("ascending", browser.evaluate(click).asText());
    List<Integer> up = browser.evaluate(firstCells).valueStream().map(JsonNode::asInt).toList();
    assertEquals(down.stream().sorted().toList(), up);
  }

  private static void changesColours() throws IOException {
    String theme = "document.documentElement.dataset.theme";
    assertEquals("light", browser.evaluate(theme).asText());
    browser.evaluate("document.getElementById('theme').click()");
    assertEquals("dark", browser.evaluate(theme).asText());
    assertEquals("[]", browser.evaluate(FAULTS).toString(), "after a change of colours");
  }

  @Test
  void aBenchsPageShowsRatesSweepsAndPercentiles() throws IOException {
    ObjectNode report = (ObjectNode) JSON.readTree(BENCH);
    Path page = folder.resolve("bench.html");
    Files.write(page, BenchPage.of(report));
    look(page, "bench");
    browser.open(page, 1280, 800, false);
    String text = text();
    assertTrue(text.contains("12.5 M/s"), text);
    assertTrue(text.contains("as little as 42.0 % of a core"), text);
    assertEquals(2, number("document.querySelectorAll('canvas').length"));
    assertEquals(4, number("document.querySelectorAll('td.range i').length"));
    Files.write(page, BenchPage.of((ObjectNode) JSON.readTree("{\"bench\":\"ring\"}")));
    browser.open(page, 390, 844, false);
    check(page, "a result without anything");
  }

  @Test
  void aDiffsPageHasWhatIsAllowedApartFromWhatIsDenied() throws IOException {
    Path page = folder.resolve("diff.html");
    run("diff", "pcaps/vpc.yaml#app:ingress", "pcaps/vpc.yaml#web:ingress", "--html=" + page);
    look(page, "diff");
    browser.open(page, 1280, 800, false);
    String text = text();
    assertTrue(text.contains("Newly allowed") && text.contains("Newly denied"), text);
    assertTrue(text.contains("tcp 10.10.1.0/24 > 0.0.0.0/0:8080"), text);
    Path changed = folder.resolve("changed.yaml");
    String vpc = Files.readString(Path.of("pcaps/vpc.yaml"));
    Files.writeString(changed, vpc.replace("ports: 8080", "ports: 8081"));
    run("diff", "-q", "pcaps/vpc.yaml", changed.toString(), "--html=" + page);
    browser.open(page, 390, 844, true);
    check(page, "a comparison of VPCs");
    Path traffic = folder.resolve("traffic.html");
    run(
        "diff",
        "-q",
        "pcaps/vpc.yaml",
        changed.toString(),
        "--capture=pcaps/demo.pcap",
        "--html=" + traffic);
    browser.open(traffic, 1280, 800, false);
    check(traffic, "a comparison by traffic");
    assertTrue(text().contains("Newly denied") && text().contains("app #10"), text());
    browser.open(page, 390, 844, true);
    assertTrue(text().contains("tcp 10.10.1.0/24 > 10.10.2.0/24:8081"), text());
  }

  @Test
  void namesAreTextWhateverStandsInThem() throws IOException {
    // A VPC file's own names are letters and digits; those of files can be anything but a slash.
    Path vpc =
        Files.copy(Path.of("pcaps/vpc.yaml"), folder.resolve("<img src=x onerror=a()>.yaml"));
    Path capture =
        Files.copy(Path.of("pcaps/demo.pcap"), folder.resolve("<b onclick=b()>'\"&.pcap"));
    Path page = folder.resolve("evil.html");
    run("replay", "-q", "--report=" + page, vpc.toString(), capture.toString());
    harmless(page, vpc.toString());
    harmless(page, capture.toString());
    ObjectNode report = (ObjectNode) JSON.readTree(BENCH);
    report.put("bench", EVIL);
    ((ObjectNode) report.get("results").get(0)).put("engine", EVIL).put(EVIL, EVIL);
    Files.write(page, BenchPage.of(report));
    harmless(page, EVIL);
    assertTrue(browser.evaluate("document.title").asText().contains(EVIL));
    ObjectNode diff = JSON.createObjectNode();
    ObjectNode change = diff.putArray("changes").addObject().put("becomes", EVIL);
    change.put("before", EVIL).put("after", EVIL).put("regions", 1);
    change.putArray("examples").addObject().put("region", EVIL).put(EVIL, EVIL);
    Files.write(page, DiffPage.of(EVIL, EVIL, diff));
    harmless(page, EVIL);
    assertTrue(browser.evaluate("document.title").asText().contains(EVIL));
  }

  private static void harmless(Path page, String name) throws IOException {
    browser.open(page, 1280, 800, false);
    assertEquals("[]", browser.evaluate(FAULTS).toString());
    assertEquals(List.of(), browser.complaints());
    assertEquals(List.of(), browser.requests(page));
    assertTrue(text().contains(name), () -> "does not show " + name);
  }

  @Test
  void theSameInputGivesTheSamePage() throws IOException {
    Path one = folder.resolve("one.html");
    Path other = folder.resolve("other.html");
    run("replay", "-q", "--report=" + one, "pcaps/vpc.yaml", "pcaps/demo.pcap");
    run("replay", "-q", "--report=" + other, "pcaps/vpc.yaml", "pcaps/demo.pcap");
    assertEquals(data(one), data(other));
    run("replay", "-q", "--workers=3", "--report=" + other, "pcaps/vpc.yaml", "pcaps/demo.pcap");
    // A worker looks at its sessions once per batch, and batches are others.
    assertEquals(data(one).without("sessions"), data(other).without("sessions"));
  }

  /** The page's data without what tells of time and machine. */
  private static ObjectNode data(Path page) throws IOException {
    String html = Files.readString(page);
    String mark = "<script type=\"application/json\" id=\"data\">";
    int from = html.indexOf(mark) + mark.length();
    ObjectNode data =
        (ObjectNode) JSON.readTree(html.substring(from, html.indexOf("</script>", from)));
    data.remove("environment");
    ((ObjectNode) data.get("replay")).remove("seconds");
    return data;
  }

  /** Shows the page in all forms. */
  private static void look(Path page, String name) throws IOException {
    for (boolean dark : new boolean[] {false, true}) {
      for (int width : new int[] {1280, 390}) {
        browser.open(page, width, width == 390 ? 844 : 800, dark);
        String form = (width == 390 ? "phone" : "screen") + (dark ? "-dark" : "");
        check(page, name + ", " + form);
        assertEquals(
            dark ? "dark" : "light",
            browser.evaluate("document.documentElement.dataset.theme").asText());
        Files.write(PICTURES.resolve(name + "-" + form + ".png"), browser.screenshot());
      }
    }
    byte[] pdf = browser.pdf();
    assertEquals("%PDF", new String(pdf, 0, 4, StandardCharsets.US_ASCII));
    Files.write(PICTURES.resolve(name + ".pdf"), pdf);
    browser.open(page, 700, 990, false);
    browser.media("print", false);
    check(page, name + ", print");
    assertEquals(
        "none",
        browser.evaluate("getComputedStyle(document.querySelector('.top')).display").asText());
    Files.write(PICTURES.resolve(name + "-print.png"), browser.screenshot());
    browser.media("", false);
  }

  private static void check(Path page, String what) throws IOException {
    assertEquals("[]", browser.evaluate(FAULTS).toString(), what);
    assertEquals(List.of(), browser.complaints(), what);
    assertEquals(List.of(), browser.requests(page), what);
  }

  private static String text() throws IOException {
    String text = browser.evaluate("document.getElementById('main').textContent").asText();
    assertFalse(text.isEmpty());
    return text;
  }

  private static int number(String expression) throws IOException {
    return browser.evaluate(expression).asInt(-1);
  }

  /** What a command printed on stdout. */
  private static String run(String... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8)) {
      System.setOut(to);
      int exit = VpcrigCommand.commandLine().execute(arguments);
      assertTrue(exit <= 1, () -> "exit " + exit);
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static final String BENCH =
      """
      {"bench": "acl",
       "environment": {"date": "2026-01-01T00:00:00Z", "machine": {"cpu": "c", "cores": 2}, "seed": 1},
       "options": {"runs": 3},
       "results": [
        {"engine": "rfc", "rules": 100, "lookupsPerSecond": {"min": 11e6, "median": 12.5e6, "max": 13e6},
         "coreShare": 0.42, "runs": [{"units": 1, "wallNs": 2, "cpuNs": 3}],
         "latency": {"unit": "ns", "count": 1000, "min": 10, "mean": 70, "max": 9000, "percentiles":
          [{"percentile": 50.0, "value": 60}, {"percentile": 90.0, "value": 80},
           {"percentile": 99.0, "value": 200}, {"percentile": 99.9, "value": 8000}, {"percentile": 100.0, "value": 9000}]}},
        {"engine": "rfc", "rules": 10000, "lookupsPerSecond": {"min": 5e6, "median": 6e6, "max": 7e6}, "coreShare": 1.0},
        {"engine": "linear", "rules": 100, "lookupsPerSecond": {"min": 5e6, "median": 6e6, "max": 7e6}, "coreShare": 1.0},
        {"engine": "linear", "rules": 10000, "lookupsPerSecond": {"min": 5e4, "median": 6e4, "max": 7e4}, "coreShare": 1.0}]}
      """;
}
