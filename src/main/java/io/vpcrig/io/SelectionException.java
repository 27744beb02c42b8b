package io.vpcrig.io;

import java.io.IOException;

/** What was asked to be done with a source's frames can't be done; the sentence says why. */
public final class SelectionException extends IOException {
  private static final long serialVersionUID = 1;

  public SelectionException(String sentence) {
    super(sentence);
  }
}
