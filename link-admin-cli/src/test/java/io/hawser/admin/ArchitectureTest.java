/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The directions of docs/architecture.md. */
class ArchitectureTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.hawser.admin");

    @Test
    void viewsKnowNoClusterAndNoCommand() {
        noClasses()
                .that()
                .resideInAPackage("io.hawser.admin.view..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.hawser.admin.control..", "io.hawser.admin.command..", "org.apache.kafka.clients..")
                .check(OURS);
    }

    @Test
    void whatIsDoneDoesNotKnowHowItWasAskedFor() {
        noClasses()
                .that()
                .resideInAPackage("io.hawser.admin.control..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.hawser.admin.command..", "picocli..")
                .check(OURS);
    }

    @Test
    void theCommandNeedsDefinitionsAndStatusesOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.hawser.fetch..", "io.hawser.source..", "io.hawser.batch..", "io.hawser.plugin..")
                .check(OURS);
    }
}
