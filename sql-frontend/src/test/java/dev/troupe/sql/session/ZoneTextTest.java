package dev.troupe.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.PlaceRule;
import dev.troupe.protocol.model.ZoneRules;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZoneTextTest {
  private static ZoneRules rules(String statement) {
    var alter = (SchemaStatement.Alter) Parser.parseAll(statement).getFirst().statement();
    return ZoneText.rules(((AlterAction.ConfigureZone) alter.actions().getFirst()).options());
  }

  private static ZoneRules using(String options) {
    return rules("alter table t configure zone using " + options);
  }

  @Test
  void shouldReadWhatItWrites() {
    ZoneRules rules =
        using(
            "num_replicas = 5, constraints = ' [ +region=eu,-zone=b ] ',"
                + " lease_preferences = '[[+zone=a, +region=eu], [zone=c]]'");
    assertThat(rules)
        .isEqualTo(
            new ZoneRules(
                5,
                List.of(PlaceRule.parse("+region=eu"), PlaceRule.parse("-zone=b")),
                List.of(
                    List.of(PlaceRule.parse("+zone=a"), PlaceRule.parse("+region=eu")),
                    List.of(PlaceRule.parse("+zone=c")))));
    String written = ZoneText.statement("TABLE t", rules);
    assertThat(written)
        .isEqualTo(
            "ALTER TABLE t CONFIGURE ZONE USING\n\tnum_replicas = 5,\n"
                + "\tconstraints = '[+region=eu, -zone=b]',\n"
                + "\tlease_preferences = '[[+zone=a, +region=eu], [+zone=c]]'");
    assertThat(rules(written)).isEqualTo(rules);
  }

  @Test
  void shouldTellNoRulesFromNothingSaid() {
    assertThat(using("constraints = '[]', lease_preferences = '[]'"))
        .isEqualTo(new ZoneRules(null, List.of(), List.of()));
    assertThat(rules("alter index i configure zone discard")).isEqualTo(ZoneRules.NONE);
    assertThat(rules("alter database d configure zone using num_replicas = 3"))
        .isEqualTo(new ZoneRules(3, null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "num_replicas = 4 | so that it knows majorities; not 4",
        "num_replicas = many | 'many' is not a number of replicas",
        "constraints = '+region=eu' | is not a list such as",
        "constraints = '[+region=eu' | is not a list such as",
        "constraints = '[region]' | is no rule about places",
        "constraints = '[+zone=a] x' | goes on behind the end",
        "lease_preferences = '[+zone=a]' | is not a list such as",
        "gc_ttl = 5 | unrecognized zone option",
        "num_replicas = 3, num_replicas = 5 | more than once"
      })
  void shouldSayWhatIsWrong(String options, String message) {
    assertThatThrownBy(() -> using(options))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.state()).isIn(SqlState.INVALID_PARAMETER_VALUE, SqlState.SYNTAX_ERROR);
              assertThat(e.getMessage()).contains(message);
            });
  }
}
