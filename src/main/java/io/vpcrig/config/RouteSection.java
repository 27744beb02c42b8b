package io.vpcrig.config;

import io.vpcrig.config.SegmentDraft.Kind;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Names;
import io.vpcrig.model.StaticRoute;
import java.util.Optional;

/** Section {@code static-routes}. */
final class RouteSection {
  private final Draft draft;

  RouteSection(Draft draft) {
    this.draft = draft;
  }

  void read(YamlValue section) {
    for (YamlValue item : section.items()) {
      item.fields("cidr", "gateway").ifPresent(this::readRoute);
    }
  }

  private void readRoute(YamlFields fields) {
    Optional<Cidr> cidr = fields.required("cidr", Texts.network(1, 32));
    cidr.ifPresent(c -> HostBits.warn(fields.at("cidr"), c));
    Optional<String> gateway = fields.required("gateway", text -> text);
    gateway.ifPresent(name -> checkGateway(name, fields.at("gateway")));
    if (cidr.isPresent()) {
      draft.staticRoutes.add(
          new Located<>(new StaticRoute(cidr.get(), gateway.orElse(""), fields.origin()), fields));
    }
  }

  private void checkGateway(String name, YamlValue at) {
    SegmentDraft found = draft.segments.get(name);
    boolean known = found != null && found.kind() == Kind.PRIVATE_GATEWAY;
    if (!known && !draft.isBroken(name)) {
      at.error(
          (found != null
                  ? "'" + name + "' is a " + found.kind().label() + ", not a private gateway"
                  : "no private gateway is named '" + YamlValue.shown(name) + "'")
              + Names.suggest(name, draft.names(Kind.PRIVATE_GATEWAY)));
    }
  }
}
