// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages and the arrows between them: the sentences in package-info.java, checked. */
class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java/io/harvester");
  private static final String ROOT = "io.harvester";
  private static final String GENERATED = "io.harvester.proto..";
  private static final int MAX_FILES = 25;

  private static final Pattern DEPENDS_ON =
      Pattern.compile(
          "Depends on (no other package|every other package|(\\{@code [\\w.]+}[, ]*)+)");

  private static final JavaClasses HARVESTER =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  /** Folders that hold sources, except the root package. */
  static List<Path> packages() {
    try (Stream<Path> all = Files.walk(SOURCES)) {
      return all.filter(Files::isDirectory)
          .filter(folder -> !folder.equals(SOURCES) && !sources(folder).isEmpty())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> sources(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path folder) {
    return ROOT + "." + SOURCES.relativize(folder).toString().replace('/', '.');
  }

  /** The packages that the sentence of a package names. */
  private static Set<String> declared(Path folder) throws IOException {
    String info =
        Files.readString(folder.resolve("package-info.java")).replaceAll("\\n \\*\\s*", " ");
    Matcher sentence = DEPENDS_ON.matcher(info);
    assertTrue(sentence.find(), folder + ": package-info.java says \"Depends on …\"");
    Set<String> names = new TreeSet<>();
    Matcher code = Pattern.compile("\\{@code ([\\w.]+)}").matcher(sentence.group());
    while (code.find()) {
      names.add(ROOT + "." + code.group(1));
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("packages")
  void a_package_depends_on_what_its_sentence_names_and_on_nothing_else(Path folder)
      throws IOException {
    String self = name(folder);
    Set<String> used = new TreeSet<>();
    for (JavaClass type : HARVESTER) {
      if (type.getPackageName().equals(self)) {
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getBaseComponentType().getPackageName())
            .filter(target -> target.startsWith(ROOT) && !target.equals(self))
            .filter(target -> !target.startsWith(ROOT + ".proto"))
            .forEach(used::add);
      }
    }
    assertEquals(declared(folder), used, self);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void a_package_has_at_most_25_files(Path folder) {
    int files = sources(folder).size();
    assertTrue(files <= MAX_FILES, folder + " has " + files + " files");
  }

  @Test
  void packages_have_no_cycles() {
    slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().startsWith(ROOT)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
              }

              @Override
              public String getDescription() {
                return "packages of every level";
              }
            })
        .should()
        .beFreeOfCycles()
        .check(HARVESTER);
    slices().matching("io.harvester.(*)..").should().beFreeOfCycles().check(HARVESTER);
  }

  @Test
  void only_the_database_and_its_public_entries_are_used_outside_postgres() {
    classes()
        .that(not(resideInAnyPackage("io.harvester.postgres..", ROOT, "io.harvester.cli")))
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("io.harvester.postgres.."))
                .or(resideInAPackage("io.harvester.postgres.discard")))
        .check(HARVESTER);
  }

  @Test
  void no_package_depends_on_the_program() {
    noClasses()
        .that(not(resideInAPackage(ROOT)))
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT))
        .check(HARVESTER);
  }

  @Test
  void the_web_framework_stays_at_the_edge() {
    noClasses()
        .that(not(resideInAnyPackage(ROOT, "io.harvester.http..")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.vertx.ext.web..", "io.vertx.core.http..", "io.netty..")
                .and(not(resideInAnyPackage("io.netty.handler.ssl.."))))
        .check(HARVESTER);
  }

  @Test
  void vertx_is_known_to_edge_program_and_postgres_only() {
    noClasses()
        .that(not(resideInAnyPackage(ROOT, "io.harvester.http..", "io.harvester.postgres..")))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.vertx..").and(not(resideInAPackage("io.vertx.core.json.."))))
        .check(HARVESTER);
  }

  @Test
  void sql_is_known_to_postgres_and_commands_only() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    ROOT,
                    "io.harvester.postgres..",
                    "io.harvester.cli..",
                    "io.harvester.embedded")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "java.sql..", "io.vertx.sqlclient..", "io.vertx.pgclient..", "org.postgresql.."))
        .check(HARVESTER);
    noClasses()
        .that(not(resideInAPackage("io.harvester.postgres..")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient.."))
        .check(HARVESTER);
  }

  @Test
  void generated_messages_are_read_by_few() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    GENERATED,
                    "io.harvester.wire",
                    "io.harvester.ingest",
                    "io.harvester.migrate",
                    "io.harvester.warmup",
                    "io.harvester.http.remoteread")))
        .should()
        .dependOnClassesThat(resideInAPackage(GENERATED))
        .check(HARVESTER);
  }
}
