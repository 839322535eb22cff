package dev.troupe.sql.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.TxnResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A single statement is run again by the server, whichever of its requests others are in the way
 * of.
 */
class StatementRetryTest {
  private static final int STATEMENTS = 100;
  private static final int CONFLICTS = 150;

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "extendedForPrepared"})
  void shouldRunStatementsAgainWhereverTheyConflict(String mode) throws SQLException {
    try (MemoryServer server = new MemoryServer();
        Connection connection = server.connect("&preferQueryMode=" + mode)) {
      MemoryServer.run(connection, "create table counted(id int primary key, n int)");
      MemoryServer.run(connection, "insert into counted values (1, 0)");
      var conflict = new TxnResponse.Failed(ErrorCode.TXN_CONFLICT, "in the way");
      var random = new Random(7);
      for (int left = CONFLICTS; left > 0; ) {
        boolean conflicts = random.nextInt(3) == 0;
        server.store.script.add(conflicts ? Optional.of(conflict) : Optional.empty());
        left -= conflicts ? 1 : 0;
      }
      for (int i = 0; i < STATEMENTS; i++) {
        MemoryServer.run(connection, "update counted set n = n + 1 where id = 1");
      }
      assertThat(server.store.script).isEmpty();
      assertThat(MemoryServer.rows(connection, "select n from counted"))
          .containsExactly("" + STATEMENTS);
    }
  }
}
