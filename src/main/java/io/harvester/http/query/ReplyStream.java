// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sends a body from a query thread. A short one goes with its length; of a long one, no more is in
 * memory than the connection takes, and the thread waits for it.
 */
final class ReplyStream extends OutputStream {
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int MAX_WAIT_SECONDS = 60;

  private final HttpServerResponse response;
  private final BooleanSupplier gone;
  private final Semaphore drained = new Semaphore(0);
  private Buffer block = Buffer.buffer();
  private boolean chunked;

  /**
   * A body.
   *
   * @param gone whether the client has closed the connection
   */
  ReplyStream(HttpServerResponse response, BooleanSupplier gone) {
    this.response = response;
    this.gone = gone;
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    block.appendBytes(bytes, offset, length);
    if (block.length() >= BLOCK_BYTES) {
      sendBlock();
    }
  }

  private void sendBlock() throws IOException {
    if (!chunked) {
      chunked = true;
      response.setChunked(true);
      response.drainHandler(v -> drained.release());
    }
    if (gone.getAsBoolean()) {
      throw new IOException("the client has gone");
    }
    response.write(block);
    block = Buffer.buffer(BLOCK_BYTES + 1024);
    drained.drainPermits();
    if (response.writeQueueFull()) {
      await();
    }
  }

  private void await() throws IOException {
    try {
      for (int second = 0; second < MAX_WAIT_SECONDS; second++) {
        if (gone.getAsBoolean()) {
          throw new IOException("the client has gone");
        }
        if (drained.tryAcquire(1, TimeUnit.SECONDS) || !response.writeQueueFull()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the service stops");
    }
    response.reset();
    throw new IOException("the client reads nothing for %d s".formatted(MAX_WAIT_SECONDS));
  }

  @Override
  public void close() {
    if (gone.getAsBoolean() || response.ended()) {
      return;
    }
    if (!chunked) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(block.length()));
    }
    response.end(block);
  }
}
