package io.vpcrig.config;

import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Redundancy.Authentication;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Section {@code redundancy}: VRRP, by keepalived's rules. What is not given is as on CloudStack's
 * router (cloudstack.md 7), but for the secret.
 */
final class RedundancySection {
  private static final int CENTISECOND_NS = 10_000_000;
  private static final int PER_SECOND = 100;

  private final Draft draft;

  RedundancySection(Draft draft) {
    this.draft = draft;
  }

  /** After the segments. */
  void read(YamlValue section) {
    section
        .fields(
            "segment",
            "address",
            "id",
            "version",
            "priority",
            "interval",
            "preempt",
            "preempt-delay",
            "authentication",
            "secret",
            "virtual-mac")
        .ifPresent(this::read);
  }

  private void read(YamlFields fields) {
    Optional<SegmentDraft> segment = segment(fields);
    Optional<Integer> address = fields.optional("address", Texts::address);
    int id =
        fields.optional(
            "id", Texts.number("virtual router identifier", 1, 255), Redundancy.DEFAULT_ID);
    int version = fields.optional("version", Texts.number("VRRP version", 2, 3), 2);
    int priority =
        fields.optional(
            "priority", Texts.number("priority", 1, Redundancy.OWNER), Redundancy.DEFAULT_PRIORITY);
    int interval = fields.optional("interval", text -> interval(text, version), PER_SECOND);
    boolean preempt = fields.optional("preempt", Texts::truth, false);
    long delay =
        fields.optional("preempt-delay", Texts.duration("preempt-delay", "0s", "1000s"), 0L);
    boolean virtualMac = fields.optional("virtual-mac", Texts::truth, false);
    Authentication authentication = authentication(fields, version);
    String secret = secret(fields, authentication);
    if (!preempt && delay != 0) {
      fields
          .at("preempt-delay")
          .warning("'preempt-delay' has no effect without preempt: true; leave it out");
    }
    requireFew(fields);
    if (segment.isEmpty() || !fields.isClean()) {
      return;
    }
    Redundancy read =
        new Redundancy(
            segment.get().name(),
            address,
            id,
            version,
            priority,
            interval,
            preempt,
            Duration.ofNanos(delay),
            authentication,
            secret,
            virtualMac);
    draft.redundancy = Optional.of(read);
    check(read, segment.get(), fields);
  }

  private void check(Redundancy read, SegmentDraft segment, YamlFields fields) {
    if (segment.subnet().isPresent() && segment.address().isPresent()) {
      read.problem(segment.subnet().get(), segment.address().get())
          .ifPresent(
              problem ->
                  fields
                      .at(problem.startsWith("priority") ? "priority" : "address")
                      .error(problem));
    }
    Optional<Host> host = read.address().map(draft.hostsByAddress::get);
    host.ifPresent(
        taken ->
            fields
                .at("address")
                .error(
                    "address "
                        + Ipv4Text.format(taken.address())
                        + " is host "
                        + taken.name()
                        + "'s; choose another"));
  }

  private Optional<SegmentDraft> segment(YamlFields fields) {
    Optional<String> name = fields.optional("segment", Texts::name);
    if (fields.has("segment")) {
      if (name.isPresent() && !draft.segments.containsKey(name.get())) {
        if (!draft.isBroken(name.get())) {
          fields
              .at("segment")
              .error(
                  "no segment is named '"
                      + name.get()
                      + "', legal "
                      + String.join(", ", draft.segments.keySet()));
        }
        return Optional.empty();
      }
      return name.map(draft.segments::get);
    }
    if (draft.tiers().isEmpty()) {
      fields.missing("segment", "the VPC has no tier to advertise in; name a segment");
      return Optional.empty();
    }
    return Optional.of(draft.tiers().getFirst());
  }

  /** Centiseconds. */
  private static Integer interval(String text, int version) {
    String last = version == 2 ? "255s" : "40950ms";
    long ns = Texts.duration("interval", version == 2 ? "1s" : "10ms", last).apply(text);
    long unit = version == 2 ? (long) PER_SECOND * CENTISECOND_NS : CENTISECOND_NS;
    if (ns % unit != 0) {
      throw new IllegalArgumentException(
          "interval '"
              + text
              + (version == 2
                  ? "', legal whole seconds in version 2; take version 3 for less"
                  : "', legal whole hundredths of a second"));
    }
    return (int) (ns / CENTISECOND_NS);
  }

  private static Authentication authentication(YamlFields fields, int version) {
    String word =
        fields.optional(
            "authentication",
            Texts.word("authentication", List.of("none", "password", "ah")),
            "none");
    Authentication read = Authentication.valueOf(word.toUpperCase(Locale.ROOT));
    if (read != Authentication.NONE && version != 2) {
      fields
          .at("authentication")
          .error(
              "'"
                  + word
                  + "', legal none in version 3, which has no authentication (RFC 5798 9);"
                  + " take version 2 or leave it out");
    }
    return read;
  }

  private static String secret(YamlFields fields, Authentication authentication) {
    Optional<String> secret = fields.optional("secret", RedundancySection::secret);
    if (authentication == Authentication.NONE && fields.has("secret")) {
      fields
          .at("secret")
          .error("nothing uses the secret; add authentication: ah or password, or remove it");
    } else if (authentication != Authentication.NONE && !fields.has("secret")) {
      fields.missing("secret", "add the one that both routers have, 1 to 8 letters");
    }
    if (secret.isPresent() && secret.get().length() > Redundancy.SECRET_LENGTH) {
      fields
          .at("secret")
          .warning(
              "only the first "
                  + Redundancy.SECRET_LENGTH
                  + " letters count, as with keepalived; leave out the rest");
    }
    return secret
        .map(text -> text.substring(0, Math.min(text.length(), Redundancy.SECRET_LENGTH)))
        .orElse("");
  }

  /** The secret is not shown: what is reported may be kept. */
  private static String secret(String text) {
    if (text.isEmpty() || !text.chars().allMatch(letter -> letter > ' ' && letter < 0x7f)) {
      throw new IllegalArgumentException(
          "the secret, legal 1 to 8 letters of ASCII without blanks");
    }
    return text;
  }

  private void requireFew(YamlFields fields) {
    int tiers = draft.tiers().size();
    if (tiers > Redundancy.MOST_ADDRESSES) {
      fields
          .self()
          .error(
              tiers
                  + " tiers, legal 0.."
                  + Redundancy.MOST_ADDRESSES
                  + ": each gateway is in every advertisement");
    }
  }
}
