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
 * Nanoseconds and bytes allocated per sample of the steps that follow decoding, and of the whole
 * way from compressed body to what the database is sent: 100 nodes of 700 node_exporter series, all
 * known.
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
  private final CopyIn nowhere = new Nowhere();
  private HotPath path;
  private SampleBatch rows;

  /** Registers the fleet's series. */
  @Setup
  public void prepare() throws Exception {
    path = new HotPath(version, 1);
    rows = path.plan();
    order.sort(rows);
  }

  /** Slots of known series, and the check of timestamps. */
  @Benchmark
  public void resolve() {
    path.resolve();
  }

  /** What is new, from memory. */
  @Benchmark
  public SampleBatch plan() throws Exception {
    return path.plan();
  }

  /** By node, series and time. */
  @Benchmark
  public RowOrder sort() {
    order.sort(rows);
    return order;
  }

  /** TimescaleDB's compressed batches. */
  @Benchmark
  public CompressedBatchWriter compress() {
    batches.compress(rows, order, 0, order.count());
    return batches;
  }

  /** COPY's binary format. */
  @Benchmark
  public void encode() throws SQLException {
    send(rows);
  }

  /** From body to compressed batches, as the columnar tier does. */
  @Benchmark
  public CompressedBatchWriter allColumnar() throws Exception {
    path.decodeNext();
    path.resolve();
    SampleBatch planned = path.plan();
    order.sort(planned);
    batches.compress(planned, order, 0, order.count());
    return batches;
  }

  /** From body to COPY bytes. */
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
      buffer.add(from, i, nowhere);
    }
    buffer.finish(nowhere);
  }

  /** Takes everything. */
  private static final class Nowhere implements CopyIn {
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
