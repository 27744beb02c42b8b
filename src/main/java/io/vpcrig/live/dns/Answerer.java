package io.vpcrig.live.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What the router says by itself to a question. Stateless. */
final class Answerer {
  /** Longest answer by UDP without the asker's leave (RFC 1035 4.2.1). */
  static final int PLAIN_LENGTH = 512;

  /** Longest that goes through everywhere (DNS flag day 2020). */
  static final int MOST = 1232;

  /** As dnsmasq's: what the VPC file says may change at once. */
  private static final long TTL = 0;

  private static final int HEADER = 12;
  private static final int TRUNCATED = 2;

  private Answerer() {}

  /** Reads a message; empty if it is none. */
  static Optional<Message> parse(byte[] data) {
    try {
      return Optional.of(new Message(data));
    } catch (IOException | IllegalArgumentException e) {
      // dnsjava says some of what is wrong with a record by the one, some by the other.
      return Optional.empty();
    }
  }

  /** The identifier of a message, whole or not; empty if it is not even that long. */
  static Optional<Integer> identifier(byte[] data) {
    return data.length < HEADER
        ? Optional.empty()
        : Optional.of(ByteBuffer.wrap(data).getShort() & 0xffff);
  }

  /** What is wrong with a question; {@link Rcode#NOERROR} if nothing is. */
  static int fault(Message question) {
    Header header = question.getHeader();
    if (header.getOpcode() != Opcode.QUERY) {
      return Rcode.NOTIMP;
    }
    if (header.getCount(Section.QUESTION) != 1) {
      return Rcode.FORMERR;
    }
    OPTRecord option = question.getOPT();
    if (option != null && option.getVersion() > 0) {
      return Rcode.BADVERS;
    }
    return question.getQuestion().getDClass() == DClass.IN ? Rcode.NOERROR : Rcode.REFUSED;
  }

  /**
   * The answer of the zone; empty if others must be asked.
   *
   * @param segment the question came by
   */
  static Optional<Message> answer(Message question, Zone zone, int segment) {
    Record asked = question.getQuestion();
    Name name = asked.getName();
    Optional<Record> found =
        zone.address(name, segment)
            .<Record>map(address -> new ARecord(name, DClass.IN, TTL, inet(address)))
            .or(
                () ->
                    zone.pointer(name).map(target -> new PTRRecord(name, DClass.IN, TTL, target)));
    if (found.isEmpty() && !zone.isOurs(name)) {
      return Optional.empty();
    }
    Message answer = refusal(question, found.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR);
    answer.getHeader().setFlag(Flags.AA);
    found
        .filter(record -> asked.getType() == record.getType() || asked.getType() == Type.ANY)
        .ifPresent(record -> answer.addRecord(record, Section.ANSWER));
    return Optional.of(answer);
  }

  /** An answer without records. */
  static Message refusal(Message question, int rcode) {
    Message answer = new Message(question.getHeader().getID());
    Header header = answer.getHeader();
    header.setOpcode(question.getHeader().getOpcode());
    header.setFlag(Flags.QR);
    header.setFlag(Flags.RA);
    if (question.getHeader().getFlag(Flags.RD)) {
      header.setFlag(Flags.RD);
    }
    header.setRcode(rcode & 0xf);
    if (question.getQuestion() != null) {
      answer.addRecord(question.getQuestion(), Section.QUESTION);
    }
    if (question.getOPT() != null) {
      answer.addRecord(new OPTRecord(MOST, rcode >>> 4, 0), Section.ADDITIONAL);
    }
    return answer;
  }

  /** Says to what can't be read that it can't. */
  static byte[] malformed(int identifier) {
    Message answer = new Message(identifier);
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setRcode(Rcode.FORMERR);
    return answer.toWire();
  }

  /** A question to pass on: as it came, but for a wish for answers that come in fragments. */
  static byte[] passedOn(Message question, byte[] received) {
    OPTRecord option = question.getOPT();
    if (option == null || option.getPayloadSize() <= MOST) {
      return received;
    }
    Message bounded = question.clone();
    bounded.removeRecord(bounded.getOPT(), Section.ADDITIONAL);
    bounded.addRecord(
        new OPTRecord(
            MOST,
            option.getExtendedRcode(),
            option.getVersion(),
            option.getFlags(),
            option.getOptions()),
        Section.ADDITIONAL);
    return bounded.toWire();
  }

  /** Whether an answer says that there is more. */
  static boolean isCutShort(byte[] answer) {
    return (answer[2] & TRUNCATED) != 0;
  }

  /** Longest answer that the asker takes by UDP, bytes. */
  static int longest(Message question) {
    OPTRecord option = question.getOPT();
    return option == null ? PLAIN_LENGTH : Math.clamp(option.getPayloadSize(), PLAIN_LENGTH, MOST);
  }

  private static InetAddress inet(int address) {
    try {
      return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(address).array());
    } catch (IOException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
