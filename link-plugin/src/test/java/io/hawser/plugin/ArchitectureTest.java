/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The directions of docs/architecture.md. */
class ArchitectureTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.hawser.plugin");

    @Test
    void onlyTheAdapterKnowsTheBrokersClasses() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.hawser.plugin.broker.kafka43..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "kafka..",
                        "scala..",
                        "org.apache.kafka.image..",
                        "org.apache.kafka.storage..",
                        "org.apache.kafka.common.record.internal..")
                .check(OURS);
    }

    @Test
    void theGuardKnowsNothingOfRunningLinks() {
        noClasses()
                .that()
                .resideInAPackage("io.hawser.plugin.guard..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.hawser.plugin.runtime..",
                        "io.hawser.plugin.coordinator..",
                        "io.hawser.plugin.ownership..",
                        "io.hawser.plugin.state..",
                        "io.hawser.fetch..",
                        "io.hawser.source..")
                .check(OURS);
    }

    @Test
    void theGuardNeedsKafkasAuthorizerInterfacesAndDefinitionsOnly() {
        classes()
                .that()
                .resideInAPackage("io.hawser.plugin.guard..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "io.hawser.definition..",
                        "io.hawser.plugin.guard..",
                        "org.apache.kafka.common..",
                        "org.apache.kafka.server.authorizer..",
                        "org.apache.kafka.metadata.authorizer..")
                .check(OURS);
    }
}
