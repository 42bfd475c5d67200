// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import io.harvester.bench.load.NodeExporterRequests;
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

/**
 * Nanoseconds and bytes allocated per sample, from the compressed body to columns and series
 * hashes. A request is one node_exporter scrape; the requests are from 16 nodes in turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@OperationsPerInvocation(DecodeBenchmark.SERIES)
public class DecodeBenchmark {
  static final int SERIES = 700;
  private static final int NODES = 16;

  /** Version of the protocol. */
  @Param public MessageVersion version;

  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(32 << 20, System.nanoTime());
  private final byte[][] bodies = new byte[NODES][];
  private final DecodedRequest[] requests = new DecodedRequest[NODES];
  private final DecodedRequest scratch = new DecodedRequest();
  private int next;

  /** Prepares the requests. */
  @Setup
  public void prepare() throws Exception {
    for (int node = 0; node < NODES; node++) {
      bodies[node] = NodeExporterRequests.body(version == MessageVersion.V1 ? 1 : 2, SERIES, node);
      requests[node] = new DecodedRequest();
      decoder.decode(bodies[node], bodies[node].length, version, 0, requests[node]);
    }
  }

  /** Decompresses and decodes, including labels. */
  @Benchmark
  public DecodedRequest decode() throws Exception {
    byte[] body = bodies[next++ % NODES];
    decoder.decode(body, body.length, version, 0, scratch);
    return scratch;
  }

  /** Decompresses and decodes; labels are hashed, not read: every series is known. */
  @Benchmark
  public DecodedRequest skim() throws Exception {
    byte[] body = bodies[next++ % NODES];
    decoder.skim(body, body.length, version, 0, scratch);
    return scratch;
  }

  /** Decodes only, from the decompressed message. */
  @Benchmark
  public DecodedRequest scan() throws Exception {
    DecodedRequest request = requests[next++ % NODES];
    int length = request.bodyLength;
    request.clear();
    request.bodyLength = length;
    decoder.scan(request, 0);
    return request;
  }

  /** Decompresses only. */
  @Benchmark
  public DecodedRequest snappy() throws Exception {
    byte[] body = bodies[next++ % NODES];
    SnappyBlock.decompress(body, body.length, 32 << 20, scratch);
    return scratch;
  }
}
