package io.harvester;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The options of the JVM that suit the service, which a JAR cannot carry and nobody should have to
 * know. A process that was started without any choice of a collector replaces itself, once, by the
 * same command with these options: by {@code execv(3)}, so that process id, environment, standard
 * streams and limits stay. Where that is not possible it goes on as it is.
 */
public final class JvmOptions {
  private static final Logger LOG = LoggerFactory.getLogger(JvmOptions.class);

  /** Set by us; or by whoever wants the JVM as he started it. */
  static final String PROPERTY = "harvester.jvm";

  /**
   * Live data is a few large arrays and next to nothing is allocated for a sample, so the simplest
   * collector pauses no longer than the others. It has the cheapest write barriers, which, with
   * inlining more modest, takes much of the compiler's work away: what the first minute of a
   * service costs most.
   */
  public static final List<String> OPTIONS =
      List.of(
          "-D" + PROPERTY + "=tuned",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UseSerialGC",
          "-XX:InlineSmallCode=600",
          "-XX:FreqInlineSize=80");

  /** A collector was chosen, the options are in a file, or a debugger or agent is attached. */
  private static final Pattern CHOSEN =
      Pattern.compile("-XX:[+]Use\\w*GC|(^|\\s)(@|-agent|-javaagent|-Xrun|-Xdebug)");

  private static final List<String> SOURCES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

  private JvmOptions() {}

  /** The C library. */
  interface LibC extends Library {
    /** Returns only if it fails. */
    int execv(String path, Pointer arguments);
  }

  /** Does not return if the process is replaced. */
  static void ensure(Map<String, String> environment) {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    try {
      Path java = Files.readSymbolicLink(Path.of("/proc/self/exe"));
      List<String> command = command();
      if (java.endsWith("java") && isOpen(command, environment)) {
        Native.load("c", LibC.class).execv(java.toString(), pointers(with(command)));
        LOG.warn("not restarted with {}", OPTIONS);
      }
    } catch (IOException | UnsatisfiedLinkError e) { // no /proc, or nowhere to unpack the library
      LOG.debug("not restarted with {}", OPTIONS, e);
    }
  }

  /** Whether nobody has chosen what these options would override. */
  static boolean isOpen(List<String> command, Map<String, String> environment) {
    return command.stream().noneMatch(argument -> CHOSEN.matcher(argument).find())
        && SOURCES.stream()
            .map(name -> environment.getOrDefault(name, ""))
            .noneMatch(options -> CHOSEN.matcher(options).find());
  }

  /** Before what was given, which therefore wins. */
  static List<String> with(List<String> command) {
    List<String> all = new ArrayList<>(command);
    all.addAll(1, OPTIONS);
    return all;
  }

  /** The command line, byte by byte, whatever its encoding. */
  private static List<String> command() throws IOException {
    byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
    String text = new String(line, 0, Math.max(0, line.length - 1), StandardCharsets.ISO_8859_1);
    return List.of(text.split("\0", -1));
  }

  /** As C wants it, in one block: pointers to texts, a null pointer, and the texts. */
  private static Memory pointers(List<String> texts) {
    long at = (long) Native.POINTER_SIZE * (texts.size() + 1);
    Memory block = new Memory(at + texts.stream().mapToLong(text -> text.length() + 1).sum());
    block.clear();
    for (int i = 0; i < texts.size(); i++) {
      byte[] bytes = texts.get(i).getBytes(StandardCharsets.ISO_8859_1);
      block.write(at, bytes, 0, bytes.length);
      block.setPointer((long) i * Native.POINTER_SIZE, block.share(at));
      at += bytes.length + 1;
    }
    return block;
  }
}
