package io.vpcrig.config.foreign;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Text inside of JSON strings. */
final class Json {
  private Json() {}

  static String escaped(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }
}
