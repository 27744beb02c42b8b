package io.vpcrig.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;

/** Builds captures byte by byte, right or wrong, in either byte order. */
final class CaptureBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteOrder order;

  CaptureBytes(ByteOrder order) {
    this.order = order;
  }

  static CaptureBytes little() {
    return new CaptureBytes(ByteOrder.LITTLE_ENDIAN);
  }

  static CaptureBytes big() {
    return new CaptureBytes(ByteOrder.BIG_ENDIAN);
  }

  /** Opens {@code capture} as if it were a file named "test". */
  static CaptureReader open(byte[] capture) throws IOException {
    return Captures.open("test", Channels.newChannel(new ByteArrayInputStream(capture)));
  }

  CaptureBytes i32(int value) {
    return bytes(ByteBuffer.allocate(4).order(order).putInt(value).array());
  }

  CaptureBytes u16(int value) {
    return bytes(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
  }

  CaptureBytes i64(long value) {
    return bytes(ByteBuffer.allocate(8).order(order).putLong(value).array());
  }

  CaptureBytes bytes(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  CaptureBytes pad() {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  // --- pcap ---

  CaptureBytes pcapHeader(int magic, int link) {
    return pcapHeader(magic, 4, link);
  }

  CaptureBytes pcapHeader(int magic, int minor, int link) {
    return i32(magic).u16(2).u16(minor).i32(0).i32(0).i32(65535).i32(link);
  }

  CaptureBytes record(int seconds, int fraction, byte[] frame) {
    return record(seconds, fraction, frame.length, frame);
  }

  CaptureBytes record(int seconds, int fraction, int wire, byte[] frame) {
    return i32(seconds).i32(fraction).i32(frame.length).i32(wire).bytes(frame);
  }

  // --- pcapng ---

  CaptureBytes block(int type, byte[] body) {
    int padded = body.length + 3 & ~3;
    i32(type).i32(12 + padded).bytes(body).bytes(new byte[padded - body.length]);
    return i32(12 + padded);
  }

  private CaptureBytes body() {
    return new CaptureBytes(order);
  }

  CaptureBytes section() {
    return section(1, 0);
  }

  CaptureBytes section(int major, int minor) {
    return block(0x0a0d0d0a, body().i32(0x1a2b3c4d).u16(major).u16(minor).i64(-1).toBytes());
  }

  CaptureBytes anInterface(int link, int snapLength, byte[]... options) {
    CaptureBytes body = body().u16(link).u16(0).i32(snapLength);
    for (byte[] option : options) {
      body.bytes(option);
    }
    return block(1, body.toBytes());
  }

  byte[] option(int code, byte... value) {
    return body().u16(code).u16(value.length).bytes(value).pad().toBytes();
  }

  byte[] option(int code, String value) {
    return option(code, value.getBytes(StandardCharsets.UTF_8));
  }

  byte[] longOption(int code, long value) {
    return option(code, body().i64(value).toBytes());
  }

  CaptureBytes enhanced(int id, long units, int wire, byte[] frame, byte[]... options) {
    CaptureBytes body = body().i32(id).i32((int) (units >>> 32)).i32((int) units);
    body.i32(frame.length).i32(wire).bytes(frame).pad();
    for (byte[] option : options) {
      body.bytes(option);
    }
    return block(6, body.toBytes());
  }

  CaptureBytes enhanced(int id, long units, byte[] frame) {
    return enhanced(id, units, frame.length, frame);
  }

  CaptureBytes obsolete(int id, int drops, long units, int wire, byte[] frame) {
    CaptureBytes body = body().u16(id).u16(drops).i32((int) (units >>> 32)).i32((int) units);
    return block(2, body.i32(frame.length).i32(wire).bytes(frame).toBytes());
  }

  CaptureBytes simple(int wire, byte[] frame) {
    return block(3, body().i32(wire).bytes(frame).toBytes());
  }
}
