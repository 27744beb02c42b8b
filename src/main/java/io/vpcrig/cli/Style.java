package io.vpcrig.cli;

/** Terminal styles, or none. */
record Style(boolean color) {
  String bold(String text) {
    return wrap("1", text);
  }

  String red(String text) {
    return wrap("31", text);
  }

  String green(String text) {
    return wrap("32", text);
  }

  private String wrap(String code, String text) {
    return color ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
