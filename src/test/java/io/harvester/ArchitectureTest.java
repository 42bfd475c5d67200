package io.harvester;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows between packages, as each package-info says: they run one way. */
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  @ParameterizedTest
  @CsvSource({
    "wire,     ''",
    "metrics,  ''",
    "config,   ''",
    "embedded, ''",
    "auth,     ''",
    "fleet,    ''",
    "quota,    ''",
    "compress, ''",
    "series,   wire",
    "ingest,   wire series quota metrics",
    "store,    ingest compress series wire config auth fleet quota",
    "rehearsal, http ingest series quota wire metrics store auth fleet",
    "http,     ingest auth fleet wire config metrics",
    "cli,      config auth store",
  })
  void a_package_depends_on_what_its_sentence_says(String name, String allowed) {
    String[] packages =
        Stream.concat(Stream.of(name), Arrays.stream(allowed.split(" ")).filter(p -> !p.isEmpty()))
            .map(p -> "io.harvester." + p + "..")
            .toArray(String[]::new);
    // The generated message classes belong to nobody; wire and ingest read some of them.
    classes()
        .that(resideInAPackage("io.harvester." + name + ".."))
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("io.harvester.."))
                .or(resideInAnyPackage(packages))
                .or(resideInAPackage("io.harvester.proto..")))
        .check(OURS);
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("io.harvester.(*)..").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void nobody_depends_on_the_program_itself() {
    noClasses()
        .that(not(resideInAPackage("io.harvester")))
        .should()
        .dependOnClassesThat(resideInAPackage("io.harvester"))
        .check(OURS);
  }

  @Test
  void the_web_framework_stays_at_the_edge() {
    noClasses()
        .that(not(resideInAnyPackage("io.harvester", "io.harvester.http..")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.vertx.ext.web..", "io.vertx.core.http..", "io.netty.."))
        .check(OURS);
  }

  @Test
  void vertx_is_known_to_edge_program_and_store_only() {
    noClasses()
        .that(
            not(resideInAnyPackage("io.harvester", "io.harvester.http..", "io.harvester.store..")))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.vertx..").and(not(resideInAPackage("io.vertx.core.json.."))))
        .check(OURS);
  }

  @Test
  void sql_is_known_to_store_and_commands_only() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "io.harvester",
                    "io.harvester.store..",
                    "io.harvester.cli..",
                    "io.harvester.embedded..")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "java.sql..", "io.vertx.sqlclient..", "io.vertx.pgclient..", "org.postgresql.."))
        .check(OURS);
    noClasses()
        .that(not(resideInAPackage("io.harvester.store..")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient.."))
        .check(OURS);
  }
}
