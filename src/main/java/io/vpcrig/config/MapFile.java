package io.vpcrig.config;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Names;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that says what captured addresses become in a VPC, as YAML or JSON:
 *
 * <pre>
 *   - {from: 192.168.1.0/24, to: web}                  # a segment: its subnet
 *   - {from: 192.168.1.7, to: db1}                     # a host: its address
 *   - {from: 198.51.100.0/24, to: 203.0.113.0/24}
 *   - {from: "00:1b:21:0a:0b:0c", to: db1}             # its MAC; of a segment the router's there
 * </pre>
 *
 * @param prefixes both of the same length, host bits cleared
 */
public record MapFile(List<Prefix> prefixes, List<Mac> macs) {
  /** What a prefix becomes; {@code text} as it was written. */
  public record Prefix(Cidr from, Cidr to, String text, Origin origin) {}

  /** What a MAC becomes, 48 bits both; {@code text} as it was written. */
  public record Mac(long from, long to, String text, Origin origin) {}

  public MapFile {
    prefixes = List.copyOf(prefixes);
    macs = List.copyOf(macs);
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException with everything that is wrong with it
   */
  public static MapFile read(Path file, Vpc vpc) throws ConfigException {
    String name = file.toString();
    Problems problems = new Problems();
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(YamlText.MAX_BYTES + 1), name, vpc);
    } catch (NoSuchFileException e) {
      problems.error(new Origin(name, 0, 0), "", "there is no such file; check the path");
    } catch (IOException e) {
      String cause = Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
      problems.error(new Origin(name, 0, 0), "", "can't be read: " + cause);
    }
    throw new ConfigException(problems.sorted());
  }

  /** As {@link #read}, from a text. */
  public static MapFile parse(String text, String name, Vpc vpc) throws ConfigException {
    return parse(text.getBytes(StandardCharsets.UTF_8), name, vpc);
  }

  private static MapFile parse(byte[] utf8, String name, Vpc vpc) throws ConfigException {
    Problems problems = new Problems();
    Reader reader = new Reader(vpc);
    new YamlText(name, problems)
        .compose(utf8)
        .map(root -> new YamlValue(root, "", name, problems))
        .ifPresent(reader::read);
    if (problems.errors() > 0) {
      throw new ConfigException(problems.sorted());
    }
    return new MapFile(reader.prefixes, reader.macs);
  }

  /** Resolves the names of one file. */
  private static final class Reader {
    private final Vpc vpc;
    private final List<Prefix> prefixes = new ArrayList<>();
    private final List<Mac> macs = new ArrayList<>();

    Reader(Vpc vpc) {
      this.vpc = vpc;
    }

    private void read(YamlValue root) {
      List<YamlValue> items = root.items();
      if (items.isEmpty() && root.problems().errors() == 0) {
        root.error("the map is empty; add lines such as - {from: 192.168.1.0/24, to: TIER}");
      }
      for (YamlValue item : items) {
        item.fields("from", "to").ifPresent(this::line);
      }
    }

    private void line(YamlFields fields) {
      Optional<String> from = fields.required("from", text -> text);
      Optional<String> to = fields.required("to", text -> text);
      if (from.isEmpty() || to.isEmpty()) {
        return;
      }
      String text = from.get() + " to " + to.get();
      if (isMac(from.get())) {
        Optional<Long> source = fields.required("from", Ipv4Text::parseMac);
        Optional<Long> target = fields.required("to", this::mac);
        if (source.isPresent() && target.isPresent()) {
          macs.add(new Mac(source.get(), target.get(), text, fields.origin()));
        }
        return;
      }
      Optional<Cidr> source = fields.required("from", MapFile::prefix);
      if (source.isPresent()) {
        fields
            .required("to", written -> target(written, source.get()))
            .ifPresent(
                target -> prefixes.add(new Prefix(source.get(), target, text, fields.origin())));
      }
    }

    private long mac(String text) {
      if (isMac(text)) {
        return Ipv4Text.parseMac(text);
      }
      Optional<Segment> segment = segment(text);
      return segment.isPresent()
          ? segment.get().routerMac()
          : host(text).orElseThrow(() -> unknown(text, "a MAC")).macOrDerived();
    }

    /** What the prefix becomes: a segment has all its addresses' host bits, or some of them. */
    private Cidr target(String text, Cidr from) {
      Optional<Segment> segment = segment(text);
      if (segment.isPresent()) {
        Cidr subnet = segment.get().subnet();
        if (from.length() < subnet.length()) {
          throw new IllegalArgumentException(
              "%s is larger than the subnet %s/%d of '%s'; legal from /%d on"
                  .formatted(
                      from,
                      Ipv4Text.format(subnet.network()),
                      subnet.length(),
                      text,
                      subnet.length()));
        }
        return new Cidr(subnet.network() | from.address() & ~subnet.mask(), from.length());
      }
      Optional<Host> host = host(text);
      Cidr to =
          host.isPresent()
              ? new Cidr(host.get().address(), 32)
              : Character.digit(text.charAt(0), 10) >= 0 ? prefix(text) : null;
      if (to == null) {
        throw unknown(text, "a prefix");
      }
      if (to.length() != from.length()) {
        throw new IllegalArgumentException(
            "'%s' has length %d and %s has %d; legal: the same length, so that host bits stay"
                .formatted(text, to.length(), from, from.length()));
      }
      return to;
    }

    private Optional<Segment> segment(String name) {
      return vpc.segments().stream().filter(one -> one.name().equals(name)).findFirst();
    }

    private Optional<Host> host(String name) {
      return vpc.hosts().stream().filter(one -> one.name().equals(name)).findFirst();
    }

    private IllegalArgumentException unknown(String text, String what) {
      List<String> known = new ArrayList<>();
      vpc.segments().forEach(segment -> known.add(segment.name()));
      vpc.hosts().forEach(host -> known.add(host.name()));
      return new IllegalArgumentException(
          "'"
              + YamlValue.shown(text)
              + "' is neither "
              + what
              + " nor a segment or host of the VPC"
              + Names.suggest(text, known));
    }
  }

  private static boolean isMac(String text) {
    return text.indexOf(':') >= 0;
  }

  private static Cidr prefix(String text) {
    Cidr cidr = Ipv4Text.parseCidr(text);
    if (cidr.address() != cidr.network()) {
      throw new IllegalArgumentException(
          "'" + text + "' has host bits; write " + new Cidr(cidr.network(), cidr.length()));
    }
    return cidr;
  }
}
