/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser;

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
            .importPackages("io.hawser");

    @Test
    void onlyTheSourceAdapterKnowsKafkasInternals() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.hawser.source.kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka.common.requests..",
                        "org.apache.kafka.common.message..",
                        "org.apache.kafka.common.network..",
                        "org.apache.kafka.common.record.internal..")
                .check(OURS);
    }

    @Test
    void theEngineDoesNotKnowTheSourceAdapter() {
        noClasses()
                .that()
                .resideInAPackage("io.hawser.fetch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.hawser.source.kafka..")
                .check(OURS);
    }

    @Test
    void batchesAreBytesAndNothingElse() {
        classes()
                .that()
                .resideInAPackage("io.hawser.batch..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "io.hawser.batch..")
                .check(OURS);
    }

    @Test
    void whatIsEqualIsDecidedFromBytesAndRecords() {
        classes()
                .that()
                .resideInAPackage("io.hawser.verify..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "io.hawser.batch..",
                        "io.hawser.source",
                        "io.hawser.status..",
                        "io.hawser.verify..")
                .check(OURS);
    }
}
