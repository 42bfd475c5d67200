// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.remoteread;

import io.harvester.proto.read.Chunk;
import io.harvester.proto.read.ChunkedReadResponse;
import io.harvester.proto.read.ChunkedSeries;
import io.harvester.proto.read.QueryResult;
import io.harvester.proto.read.ReadResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.xerial.snappy.Snappy;

/** Writes answers. */
public final class ReadAnswer {
  /** As Prometheus: the size from which a series is split over frames. */
  private static final int FRAME_BYTES = 1 << 20;

  /** Content type of {@link #writeStream}. */
  public static final String STREAM_TYPE =
      "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";

  /** Content type of {@link #samples}. */
  public static final String SAMPLES_TYPE = "application/x-protobuf";

  private ReadAnswer() {}

  /** All samples as one block of snappy. */
  public static byte[] samples(List<ReadSeries> results) throws IOException {
    ReadResponse.Builder response = ReadResponse.newBuilder();
    for (ReadSeries result : results) {
      response.addResults(QueryResult.newBuilder().addAllTimeseries(result.messages()));
    }
    return Snappy.compress(response.build().toByteArray());
  }

  /** Frames of XOR chunks: a frame has chunks of one series. */
  public static void writeStream(List<ReadSeries> results, OutputStream out) throws IOException {
    for (int query = 0; query < results.size(); query++) {
      int index = query;
      results
          .get(query)
          .chunks(
              (labels, chunks) -> {
                ChunkedSeries.Builder series =
                    ChunkedSeries.newBuilder().addAllLabels(ReadSeries.labelMessages(labels));
                int bytes = 0;
                for (Chunk chunk : chunks) {
                  series.addChunks(chunk);
                  bytes += chunk.getSerializedSize();
                  if (bytes >= FRAME_BYTES) {
                    writeFrame(series.build(), index, out);
                    series.clearChunks();
                    bytes = 0;
                  }
                }
                if (bytes > 0) {
                  writeFrame(series.build(), index, out);
                }
              });
    }
  }

  /** Length, CRC-32C and the message (storage/remote/chunked.go). */
  private static void writeFrame(ChunkedSeries series, int query, OutputStream out)
      throws IOException {
    byte[] message =
        ChunkedReadResponse.newBuilder()
            .addChunkedSeries(series)
            .setQueryIndex(query)
            .build()
            .toByteArray();
    int length = message.length;
    while (length > 0x7f) {
      out.write((length & 0x7f) | 0x80);
      length >>>= 7;
    }
    out.write(length);
    CRC32C checksum = new CRC32C();
    checksum.update(message);
    out.write(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    out.write(message);
  }
}
