package io.vpcrig.live.dns;

import io.vpcrig.live.host.Datagram;
import io.vpcrig.live.host.Network;
import io.vpcrig.live.host.UdpService;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Asks resolvers in place of guests: the question as it came, but for its identifier, from a port
 * of its own. An answer counts if it comes from who was asked, to that port, with that identifier
 * and question (RFC 5452 9). Who does not answer within {@link #PATIENCE_NS}, or is asked again by
 * the guest, is passed over for the next; once all were, the guest is told.
 *
 * <p>Bounded: {@link #MOST} questions. Thread: the router's.
 */
final class Forwarder implements UdpService {
  /** Questions under way at once (dnsmasq's {@code dns-forward-max}). */
  static final int MOST = 150;

  static final long PATIENCE_NS = 3_000_000_000L;
  private static final int PORT = 53;
  private static final int HEADER = 12;
  private static final int RESPONSE = 0x80;

  /** What became of a question. */
  enum Outcome {
    UNDER_WAY,
    NOBODY_TO_ASK,
    TOO_MANY
  }

  /** Whose question it is: a repeated one is the same. */
  record Asker(int address, int port, int identifier) {}

  private static final class Question {
    private final byte[] message;
    private final Consumer<byte[]> answered;
    private final Runnable failed;
    private int tried;
    private int near;
    private int port;
    private int far;
    private int identifier;
    private long askedNs;

    Question(byte[] message, Consumer<byte[]> answered, Runnable failed) {
      this.message = message;
      this.answered = answered;
      this.failed = failed;
    }
  }

  private final Map<Asker, Question> underWay = new LinkedHashMap<>();
  private final RandomGenerator random;

  Forwarder(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Asks.
   *
   * @param message whole, with one question
   * @param answered takes the answer, with the identifier of the question
   * @param failed told if nobody answers
   */
  Outcome ask(
      Asker asker, byte[] message, Consumer<byte[]> answered, Runnable failed, Network network) {
    Question question = underWay.get(asker);
    if (question == null) {
      if (underWay.size() == MOST) {
        return Outcome.TOO_MANY;
      }
      question = new Question(message, answered, failed);
      if (!send(question, network)) {
        return Outcome.NOBODY_TO_ASK;
      }
      underWay.put(asker, question);
    } else {
      stop(question, network);
      if (!send(question, network)) {
        underWay.remove(asker);
        failed.run();
      }
    }
    return Outcome.UNDER_WAY;
  }

  /** Sends a question to the next resolver that a way leads to. */
  private boolean send(Question question, Network network) {
    List<Integer> resolvers = network.vpc().guests().resolvers();
    while (question.tried < resolvers.size()) {
      question.far = resolvers.get(question.tried++);
      question.near = network.sourceFor(question.far);
      question.port =
          question.near == 0 ? 0 : network.sockets().open(question.near, question.far, PORT, this);
      if (question.port != 0) {
        question.identifier = random.nextInt(1 << 16);
        question.askedNs = network.nowNs();
        byte[] message = withIdentifier(question.message, question.identifier);
        network.send(question.near, question.port, question.far, PORT, message);
        return true;
      }
    }
    return false;
  }

  private static void stop(Question question, Network network) {
    network.sockets().close(question.near, question.port, question.far, PORT);
  }

  @Override
  public void receive(Datagram datagram, Network network) {
    byte[] data = datagram.payload();
    for (Iterator<Question> all = underWay.values().iterator(); all.hasNext(); ) {
      Question question = all.next();
      if (question.port == datagram.destinationPort() && isAnswer(data, question)) {
        all.remove();
        stop(question, network);
        question.answered.accept(withIdentifier(data, identifier(question.message)));
        return;
      }
    }
  }

  /** Whether a message answers a question: its identifier and, byte by byte, what was asked. */
  private static boolean isAnswer(byte[] data, Question question) {
    int end = questionEnd(question.message);
    return data.length >= end
        && identifier(data) == question.identifier
        && (data[2] & RESPONSE) != 0
        && Arrays.equals(data, HEADER, end, question.message, HEADER, end);
  }

  /** One past the question, which is written without pointers: it is the first name. */
  private static int questionEnd(byte[] message) {
    int at = HEADER;
    while (at < message.length && message[at] != 0) {
      at += 1 + (message[at] & 0xff);
    }
    return Math.min(at + 5, message.length);
  }

  private static int identifier(byte[] message) {
    return (message[0] & 0xff) << 8 | message[1] & 0xff;
  }

  private static byte[] withIdentifier(byte[] message, int identifier) {
    byte[] copy = message.clone();
    copy[0] = (byte) (identifier >> 8);
    copy[1] = (byte) identifier;
    return copy;
  }

  @Override
  public void tick(Network network) {
    for (Iterator<Question> all = underWay.values().iterator(); all.hasNext(); ) {
      Question question = all.next();
      if (network.nowNs() - question.askedNs > PATIENCE_NS) {
        stop(question, network);
        if (!send(question, network)) {
          all.remove();
          question.failed.run();
        }
      }
    }
  }
}
