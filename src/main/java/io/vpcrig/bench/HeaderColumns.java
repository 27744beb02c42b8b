package io.vpcrig.bench;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.HeaderTrace;

/** The headers of a trace as columns, asked for a batch at a time, in order, over and over. */
final class HeaderColumns {
  private final int[] source;
  private final int[] destination;
  private final int[] ports;
  private final int[] protocol;
  private final int[] answers;
  private final int[] live;
  private int next;

  /**
   * @param headers at least one
   * @param batch headers asked for at a time, at least 1
   */
  HeaderColumns(HeaderTrace headers, int batch) {
    int size = headers.size();
    if (size == 0 || batch < 1) {
      throw new IllegalArgumentException(size + " headers in batches of " + batch);
    }
    source = new int[size];
    destination = new int[size];
    ports = new int[size];
    protocol = new int[size];
    answers = new int[size];
    for (int i = 0; i < size; i++) {
      source[i] = headers.source(i);
      destination[i] = headers.destination(i);
      ports[i] = headers.ports(i);
      protocol[i] = headers.protocol(i);
    }
    live = new int[Math.min(batch, size)];
  }

  /** Asks for the next batch; answers how many headers that were. */
  int classifyNext(Classifier classifier) {
    int count = Math.min(live.length, source.length - next);
    for (int k = 0; k < count; k++) {
      live[k] = next + k;
    }
    classifier.classify(source, destination, ports, protocol, live, count, answers);
    next = next + count == source.length ? 0 : next + count;
    return count;
  }

  /** The answers to all headers, asked for in batches from the first on. */
  int[] classifyAll(Classifier classifier) {
    next = 0;
    do {
      classifyNext(classifier);
    } while (next != 0);
    return answers.clone();
  }
}
