package dev.troupe.node.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.sql.schema.SchemaJob;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeftJobsTest {
  private final List<KvRequest> asked = new ArrayList<>();
  private boolean leading = true;
  private KvResponse answer = new KvResponse.Page(List.of(), null, null);

  private final LeftJobs left =
      new LeftJobs(
          new LocalRanges() {
            @Override
            public List<Answered> answered() {
              throw new AssertionError("costs more than is needed");
            }

            @Override
            public boolean leads(Key key) {
              return leading && SchemaJob.KEPT.contains(key);
            }
          },
          (request, deadline, reply) -> {
            asked.add(request);
            reply.accept(answer);
          },
          () -> 0);

  @Test
  void shouldLeaveItToTheNodeThatLeadsTheList() {
    leading = false;
    answer = new KvResponse.Failed(ErrorCode.OVERLOADED, "busy");

    assertThat(left.getAsBoolean()).isFalse();
    assertThat(asked).isEmpty();
  }

  @Test
  void shouldLookWithoutATimestamp() {
    assertThat(left.getAsBoolean()).isFalse();
    assertThat(asked).hasSize(1).first().isInstanceOf(KvRequest.Scan.class);
    assertThat(((KvRequest.Scan) asked.getFirst()).at()).isNull();
    assertThat(((KvRequest.Scan) asked.getFirst()).span()).isEqualTo(SchemaJob.KEPT);

    var row = new KvResponse.Row(SchemaJob.KEPT.start(), new byte[0], Timestamp.MIN);
    answer = new KvResponse.Page(List.of(row), null, null);
    assertThat(left.getAsBoolean()).isTrue();
  }

  @Test
  void shouldExpectSomeWhenItIsNotKnown() {
    answer = new KvResponse.Failed(ErrorCode.OVERLOADED, "busy");

    assertThat(left.getAsBoolean()).isTrue();
  }
}
