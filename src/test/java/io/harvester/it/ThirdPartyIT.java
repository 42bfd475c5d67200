// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.XZInputStream;

/** The jar names everything that it bundles, and has the licences and notices of all of it. */
class ThirdPartyIT {
  private static final Path LIST = Path.of("THIRD-PARTY.md");
  private static final Path GENERATED = Path.of("target/licenses/THIRD-PARTY.md");
  private static final Path RUNTIME = Path.of("target/licenses/runtime-artifacts.txt");
  private static final Path JAR = Path.of("target/harvester-aggregator.jar");
  private static final String FOLDER = "META-INF/licenses/";

  /** A line such as {@code group:artifact:jar:classifier:version:scope -- module …}. */
  private static final Pattern ARTIFACT =
      Pattern.compile(
          "(?m)^ +([\\w.-]+:[\\w.-]+):jar(?::[\\w.-]+)?:([\\w.-]+):(?:compile|runtime)");

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([\\w.-]+:[\\w.-]+:[\\w.-]+)` \\| ([^|]+) \\|$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern LIBRARY = Pattern.compile("lib/(lib[\\w-]+)\\.so[.\\d]*");

  /** Declared licences by artifact. */
  private static Map<String, String> rows() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    for (MatchResult row : ROW.matcher(Files.readString(LIST)).results().toList()) {
      rows.put(row.group(1), row.group(2));
    }
    return rows;
  }

  private static Set<String> runtimeArtifacts() throws IOException {
    return ARTIFACT
        .matcher(Files.readString(RUNTIME))
        .results()
        .map(line -> line.group(1) + ":" + line.group(2))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String artifactId(String artifact) {
    return artifact.split(":", -1)[1];
  }

  /** What the list names in code style: artifacts, files, folders, libraries. */
  private static Set<String> named() throws IOException {
    return CODE.matcher(Files.readString(LIST))
        .results()
        .map(code -> code.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The files of the jar's folder of licences, relative to it. */
  private static Set<String> texts() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .filter(name -> name.startsWith(FOLDER))
          .map(name -> name.substring(FOLDER.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String inJar(String name) throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile());
        InputStream entry = jar.getInputStream(jar.getEntry(name))) {
      return new String(entry.readAllBytes(), UTF_8);
    }
  }

  @Test
  void the_list_is_what_the_build_generates() throws Exception {
    assertEquals(
        Files.readString(GENERATED),
        Files.readString(LIST),
        "the dependencies have changed: cp " + GENERATED + " " + LIST);
  }

  @Test
  void the_list_has_each_artifact_of_the_jar_and_no_other() throws Exception {
    assertFalse(runtimeArtifacts().isEmpty());
    assertEquals(runtimeArtifacts(), rows().keySet());
  }

  @Test
  void the_jar_has_the_list_the_licence_and_the_notice() throws Exception {
    assertEquals(Files.readString(LIST), inJar(FOLDER + "THIRD-PARTY.md"));
    assertEquals(Files.readString(Path.of("LICENSE")), inJar("META-INF/LICENSE"));
    assertEquals(Files.readString(Path.of("NOTICE")), inJar("META-INF/NOTICE"));
  }

  @Test
  void each_artifact_has_the_text_of_its_licence() throws Exception {
    Set<String> texts = texts();
    List<String> missing = new ArrayList<>();
    rows()
        .forEach(
            (artifact, licences) -> {
              String own = artifactId(artifact) + "/LICENSE";
              boolean hasOwn = texts.stream().anyMatch(text -> text.startsWith(own));
              for (String licence : licences.split(" AND ", -1)) {
                Stream<String> choices = Stream.of(licence.split(" OR ", -1));
                if (!hasOwn && choices.noneMatch(id -> texts.contains(id + ".txt"))) {
                  missing.add(artifact + ": " + licence);
                }
              }
            });
    assertEquals(List.of(), missing);
  }

  @Test
  void each_text_belongs_to_something_in_the_list() throws Exception {
    Set<String> known = new TreeSet<>(named());
    rows()
        .forEach(
            (artifact, licences) -> {
              known.add(artifactId(artifact) + "/");
              Stream.of(licences.split(" (AND|OR) ", -1)).forEach(id -> known.add(id + ".txt"));
            });
    List<String> unknown =
        texts().stream()
            .filter(text -> !text.equals("THIRD-PARTY.md"))
            .filter(
                text ->
                    !known.contains(text)
                        && !known.contains(text.substring(0, text.indexOf('/') + 1)))
            .toList();
    assertEquals(List.of(), unknown, "mvn clean removes texts of former dependencies");
  }

  @Test
  void each_text_that_the_list_names_is_in_the_jar() throws Exception {
    Set<String> texts = texts();
    for (String name : named()) {
      if (name.endsWith(".txt") || (name.endsWith("/") && !name.startsWith("META-INF"))) {
        assertTrue(texts.stream().anyMatch(text -> text.startsWith(name)), name);
      }
    }
  }

  /** The jar has half of Bouncy Castle. */
  @Test
  void what_the_jar_leaves_out_of_an_artifact_is_not_needed() throws Exception {
    URL[] jar = {JAR.toUri().toURL()};
    try (URLClassLoader alone = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader())) {
      Class<?> hash = alone.loadClass("io.harvester.account.PasswordHash");
      Object stored = hash.getMethod("of", String.class).invoke(null, "correct horse");
      assertEquals(
          true,
          hash.getMethod("matches", String.class, String.class)
              .invoke(null, "correct horse", stored));
    }
  }

  /** The list of what is installed to build the page; what is only for building is marked. */
  @Test
  void each_package_of_the_page_is_in_the_list() throws Exception {
    JsonObject lock =
        new JsonObject(Files.readString(Path.of("src/main/web/package-lock.json")))
            .getJsonObject("packages");
    Set<String> bundled = new TreeSet<>();
    for (String path : lock.fieldNames()) {
      JsonObject entry = lock.getJsonObject(path);
      boolean isForBuilding =
          entry.containsKey("dev")
              || entry.containsKey("devOptional")
              || entry.containsKey("optional");
      if (!path.isEmpty() && !isForBuilding) {
        bundled.add(path.replaceFirst(".*node_modules/", "") + "@" + entry.getString("version"));
      }
    }
    Set<String> listed =
        named().stream()
            .filter(name -> name.matches(".+@[0-9].*"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(bundled, listed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x86_64", "arm_64"})
  void each_library_in_a_postgresql_archive_is_in_the_list(String machine) throws Exception {
    Set<String> bundled = new TreeSet<>();
    try (InputStream archive =
            ThirdPartyIT.class.getResourceAsStream("/postgres-linux-" + machine + ".txz");
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Matcher library = LIBRARY.matcher(entry.getName().replaceFirst("^\\./", ""));
        if (library.matches()) {
          bundled.add(library.group(1));
        }
      }
    }
    Set<String> listed =
        named().stream()
            .filter(name -> name.matches("lib[\\w-]+"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(listed, bundled);
  }
}
