package io.vpcrig.live.metadata;

import io.vpcrig.live.host.Network;
import io.vpcrig.live.host.Stream;
import io.vpcrig.live.host.StreamService;
import java.util.Arrays;
import java.util.Optional;

/** Reads a request from each connection and answers it. Thread: the router's. */
public final class HttpService implements StreamService {
  /** What there is to be had. */
  @FunctionalInterface
  interface Site {
    /**
     * Answers a GET.
     *
     * @param caller IPv4 address
     */
    HttpAnswer get(HttpRequest request, int caller);
  }

  private final Network network;
  private final Site site;

  HttpService(Network network, Site site) {
    this.network = network;
    this.site = site;
  }

  /** User data and meta data. */
  public static HttpService metadata(Network network) {
    return new HttpService(
        network, (request, caller) -> Metadata.get(network.vpc(), caller, request.path()));
  }

  /**
   * The password server: nobody has a password to be set (the real one says the same to who has
   * fetched it).
   */
  public static HttpService passwords(Network network) {
    return new HttpService(
        network,
        (request, caller) -> {
          String asked = request.headers().getOrDefault("domu_request", "");
          boolean known = asked.equals("send_my_password") || asked.equals("saved_password");
          return HttpAnswer.ok(known ? "saved_password" : "bad_request");
        });
  }

  @Override
  public Reader accept(Stream stream) {
    return new Exchange(stream)::receive;
  }

  private final class Exchange {
    private final Stream stream;
    private byte[] head = {};
    private boolean answered;

    Exchange(Stream stream) {
      this.stream = stream;
    }

    void receive(byte[] data) {
      if (answered) {
        return;
      }
      int known = head.length;
      head = Arrays.copyOf(head, known + data.length);
      System.arraycopy(data, 0, head, known, data.length);
      int end = HttpRequest.end(head);
      if (end > HttpRequest.MOST || end < 0 && head.length > HttpRequest.MOST) {
        answer(HttpAnswer.TOO_LONG, true);
      } else if (end >= 0) {
        answer(HttpRequest.parse(Arrays.copyOf(head, end)));
      }
    }

    private void answer(Optional<HttpRequest> parsed) {
      if (parsed.isEmpty()) {
        answer(HttpAnswer.MALFORMED, true);
        return;
      }
      HttpRequest request = parsed.get();
      boolean whole = !request.method().equals("HEAD");
      boolean read = !whole || request.method().equals("GET");
      answer(read ? site.get(request, stream.far()) : HttpAnswer.NOT_ALLOWED, whole);
    }

    private void answer(HttpAnswer answer, boolean withBody) {
      answered = true;
      head = new byte[0];
      stream.write(answer.bytes(withBody, network.nowNs()));
      stream.finish();
    }
  }
}
