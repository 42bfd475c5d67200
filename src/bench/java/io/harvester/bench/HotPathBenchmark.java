// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench;

import io.harvester.ingest.HotPath;
import io.harvester.postgres.columnar.CompressedBatchArrays;
import io.harvester.postgres.columnar.CompressedBatchWriter;
import io.harvester.postgres.write.CopyBuffer;
import io.harvester.postgres.write.RowOrder;
import io.harvester.storage.SampleBatch;
import io.harvester.wire.MessageVersion;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteStreamWriter;

/**
 * Nanoseconds and bytes allocated per sample: of each step after decoding, and of the whole path
 * from compressed body to the bytes that the database receives. The load is 100 nodes with 700
 * node_exporter series each, all registered.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@OperationsPerInvocation(HotPath.SERIES)
public class HotPathBenchmark {
  /** Version of the protocol. */
  @Param public MessageVersion version;

  private final CopyBuffer buffer = new CopyBuffer();
  private final CompressedBatchWriter batches =
      new CompressedBatchWriter(new CompressedBatchArrays(0));
  private final RowOrder order = new RowOrder();
  private final CopyIn discarding = new DiscardingCopy();
  private HotPath path;
  private SampleBatch rows;

  /** Registers the series and prepares a batch. */
  @Setup
  public void prepare() throws Exception {
    path = new HotPath(version, 1);
    rows = path.plan();
    order.sort(rows);
  }

  /** Resolves known series to slots and checks timestamps. */
  @Benchmark
  public void resolve() {
    path.resolve();
  }

  /** Deduplicates in memory; every sample is new. */
  @Benchmark
  public SampleBatch plan() throws Exception {
    return path.plan();
  }

  /** Sorts by node, series and time. */
  @Benchmark
  public RowOrder sort() {
    order.sort(rows);
    return order;
  }

  /** Encodes TimescaleDB's compressed batches. */
  @Benchmark
  public CompressedBatchWriter compress() {
    batches.compress(rows, order, 0, order.count());
    return batches;
  }

  /** Encodes COPY's binary format. */
  @Benchmark
  public void encode() throws SQLException {
    send(rows);
  }

  /** The whole path to compressed batches, as on the columnar tier. */
  @Benchmark
  public CompressedBatchWriter allColumnar() throws Exception {
    path.decodeNext();
    path.resolve();
    SampleBatch planned = path.plan();
    order.sort(planned);
    batches.compress(planned, order, 0, order.count());
    return batches;
  }

  /** The whole path to COPY bytes, as on the other tiers. */
  @Benchmark
  public void all() throws Exception {
    path.decodeNext();
    path.resolve();
    SampleBatch planned = path.plan();
    order.sort(planned);
    send(planned);
  }

  private void send(SampleBatch from) throws SQLException {
    buffer.begin();
    for (int i = 0; i < from.count(); i++) {
      buffer.add(from, i, discarding);
    }
    buffer.finish(discarding);
  }

  /** Discards all data. */
  private static final class DiscardingCopy implements CopyIn {
    @Override
    public void writeToCopy(byte[] bytes, int offset, int length) {}

    @Override
    public void writeToCopy(ByteStreamWriter from) {}

    @Override
    public void flushCopy() {}

    @Override
    public long endCopy() {
      return 0;
    }

    @Override
    public int getFieldCount() {
      return 4;
    }

    @Override
    public int getFormat() {
      return 1;
    }

    @Override
    public int getFieldFormat(int field) {
      return 1;
    }

    @Override
    public boolean isActive() {
      return false;
    }

    @Override
    public void cancelCopy() {}

    @Override
    public long getHandledRowCount() {
      return 0;
    }
  }
}
