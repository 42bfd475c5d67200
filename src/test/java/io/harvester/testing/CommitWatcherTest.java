// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CommitWatcherTest {
  private final CommitWatcher watcher = new CommitWatcher();

  @Test
  void simpleQuery_isRecognizedInAnyCase() {
    assertTrue(commits('Q', "COMMIT\0"));
    assertTrue(commits('Q', "commit;\0"));
    assertFalse(commits('Q', "SELECT 'COMMIT'\0"));
    assertFalse(commits('Q', "ROLLBACK\0"));
  }

  @Test
  void unnamedStatement_isRecognizedWhenBound() {
    commits('P', "\0COMMIT\0\0\0");
    assertTrue(commits('B', "\0\0\0\0\0\0\0\0"));
    commits('P', "\0SELECT 1\0\0\0");
    assertFalse(commits('B', "\0\0\0\0\0\0\0\0"));
  }

  @Test
  void preparedStatement_isRecognizedEachTimeItIsBound() {
    commits('P', "S_1\0COMMIT\0\0\0");
    commits('P', "\0SELECT 1\0\0\0");
    assertTrue(commits('B', "\0S_1\0\0\0"));
    assertTrue(commits('B', "\0S_1\0\0\0"));
    assertFalse(commits('B', "\0S_2\0\0\0"));
  }

  @Test
  void copiedData_isNotRead() {
    assertFalse(commits('d', "COMMIT\0"));
  }

  private boolean commits(char type, String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    return watcher.commits(type, bytes, bytes.length);
  }
}
