package dev.troupe.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimedPortsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void shouldGiveEachPortOnceAndLeaveItFree() throws IOException {
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      int port = ClaimedPorts.next();
      assertThat(given.add(port)).isTrue();
      new ServerSocket(port, 1, LOOPBACK).close();
    }
  }

  @Test
  void shouldPassByWhatOthersHaveClaimedOrListenOn() throws IOException {
    int port = ClaimedPorts.next();
    try (DatagramSocket claimed = claimOfAnother(port + 1);
        ServerSocket taken = serverOfAnother(port + 2)) {
      assertThat(ClaimedPorts.next()).isNotIn(port, port + 1, port + 2);
    }
  }

  /** Null when another process has it anyway. */
  private static DatagramSocket claimOfAnother(int port) throws IOException {
    try {
      return new DatagramSocket(port, LOOPBACK);
    } catch (BindException taken) {
      return null;
    }
  }

  private static ServerSocket serverOfAnother(int port) throws IOException {
    try {
      return new ServerSocket(port, 1, LOOPBACK);
    } catch (BindException taken) {
      return null;
    }
  }
}
