package dev.troupe.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a connection between two nodes carries, in one direction: a greeting of 8 bytes, then frames
 * of a length (4 bytes, big-endian) and an envelope. Reads the receiving side of one connection; a
 * stranger's bytes end it.
 */
final class PeerFrames extends ByteToMessageDecoder {
  /** The last character is the version of the framing. */
  private static final byte[] GREETING = "TROUPEP1".getBytes(StandardCharsets.US_ASCII);

  private static final int LENGTH_BYTES = 4;

  /** Who connects and then says nothing is cut off. */
  private static final long GREETING_LIMIT_SECONDS = 5;

  private static final Logger log = LoggerFactory.getLogger(PeerFrames.class);

  private final PeerSocket.Receiver receiver;
  private final Runnable refused;
  private boolean greeted;

  /**
   * Made for one connection.
   *
   * @param refused run when the bytes were not those of a node
   */
  PeerFrames(PeerSocket.Receiver receiver, Runnable refused) {
    this.receiver = receiver;
    this.refused = refused;
  }

  /** The first bytes of a connection. */
  static void writeGreeting(ByteBuf out) {
    out.writeBytes(GREETING);
  }

  /** The bytes of an envelope's frame. */
  static int frameBytes(PeerEnvelope envelope) {
    return LENGTH_BYTES + envelope.length();
  }

  static void writeFrame(PeerEnvelope envelope, ByteBuf out) {
    out.writeInt(envelope.length());
    out.writeBytes(envelope.bytes(), 0, envelope.length());
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    context
        .executor()
        .schedule(
            () -> {
              if (!greeted && context.channel().isActive()) {
                refuse(context, "said nothing for " + GREETING_LIMIT_SECONDS + " s");
              }
            },
            GREETING_LIMIT_SECONDS,
            TimeUnit.SECONDS);
    super.channelActive(context);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (!greeted && !greet(context, in)) {
      return;
    }
    while (in.readableBytes() >= LENGTH_BYTES) {
      int length = in.getInt(in.readerIndex());
      if (length < EnvelopeHeader.BYTES || length > EnvelopePacker.ENVELOPE_BYTES_MAX) {
        in.skipBytes(in.readableBytes());
        refuse(context, "sent a frame of " + length + " bytes");
        return;
      }
      if (in.readableBytes() < LENGTH_BYTES + length) {
        return;
      }
      byte[] bytes = new byte[length];
      in.skipBytes(LENGTH_BYTES).readBytes(bytes);
      receiver.onEnvelope(new PeerEnvelope(bytes, length));
    }
  }

  private boolean greet(ChannelHandlerContext context, ByteBuf in) {
    int known = Math.min(GREETING.length, in.readableBytes());
    for (int i = 0; i < known; i++) {
      if (in.getByte(in.readerIndex() + i) != GREETING[i]) {
        in.skipBytes(in.readableBytes());
        refuse(context, "does not speak as a node does");
        return false;
      }
    }
    if (known < GREETING.length) {
      return false;
    }
    in.skipBytes(GREETING.length);
    greeted = true;
    return true;
  }

  private void refuse(ChannelHandlerContext context, String why) {
    refused.run();
    log.debug("{} {}: cut off", context.channel().remoteAddress(), why);
    context.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("A connection from {} ended", context.channel().remoteAddress(), cause);
    context.close();
  }
}
