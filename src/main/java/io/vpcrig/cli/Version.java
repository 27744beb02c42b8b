package io.vpcrig.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, as the build wrote it into the manifest. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "vpcrig " + (version == null ? "development" : version),
      "java " + System.getProperty("java.version")
    };
  }
}
