package io.vpcrig.live.host;

/** A program of the router that connections come to. Thread: the router's; must not wait. */
@FunctionalInterface
public interface StreamService {
  /** Takes what a far end says. */
  @FunctionalInterface
  interface Reader {
    /** Takes the next bytes, in order; the array is the reader's. No exception is to leave. */
    void receive(byte[] data);
  }

  /** Takes a new connection; the reader is told what comes on it. */
  Reader accept(Stream stream);
}
