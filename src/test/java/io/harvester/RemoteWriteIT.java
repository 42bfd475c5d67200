package io.harvester;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import java.util.List;

/** Smoke. */
class RemoteWriteIT {
  @EachTier
  void smoke(TestDatabase db) throws Exception {
    long now = System.currentTimeMillis();
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(series("up", "node", "n1").with(at(now, 1), bitsAt(now + 1, Message.STALE)))
          .mustBeStored()
          .mustHaveWritten(2);
      assertEquals(
          List.of(
              Stored.sample("n1", "up", "{}", now, 0x3ff0000000000000L),
              Stored.sample("n1", "up", "{}", now + 1, Message.STALE)),
          Stored.samples(db));
      System.out.println(
          java.time.Instant.now() + " " + a.sender().metric("harvester_samples_stored"));
    }
  }
}
