/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * JUnit extension that starts clusters for a test and ends them after it. Registered in an instance field its clusters
 * live as long as one test; in a static field, as long as the tests of the class.
 *
 * <pre>{@code
 * @RegisterExtension
 * final TestClusters clusters = new TestClusters();
 * }</pre>
 *
 * <p>Data and logs lie below {@code target/clusters/<class>/<method>/<cluster>/node-<id>}. They are deleted when the
 * test passes; when it fails they stay, and the path is printed.
 *
 * <p>Confined to the thread of the test.
 */
public class TestClusters implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private static final Pattern INVOCATION = Pattern.compile("\\[test-template-invocation:#(\\d+)]$");

    private final List<TestCluster> clusters = new ArrayList<>();
    private Path folder = BuiltArtifacts.clustersFolder();
    private boolean sharedByTheClass;
    private boolean failed;

    /** Starts a cluster of processes; returns when all nodes serve. */
    public ProcessCluster start(ClusterSpec spec) {
        ProcessCluster cluster = ProcessCluster.start(spec, folder);
        clusters.add(cluster);
        return cluster;
    }

    /** Starts a cluster of processes; returns when all nodes serve. */
    public ProcessCluster start(ClusterSpec.Builder spec) {
        return start(spec.build());
    }

    /** Starts a cluster of containers; {@link ContainerCluster#isPossible()} tells whether that can be done. */
    public ContainerCluster startContainers(ClusterSpec spec) {
        ContainerCluster cluster = ContainerCluster.start(spec, folder);
        clusters.add(cluster);
        return cluster;
    }

    /** Where the clusters of this test lie; a test may put other files there, with the same fate. */
    public Path folder() {
        return folder;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        sharedByTheClass = true;
        folder = BuiltArtifacts.clustersFolder()
                .resolve(context.getRequiredTestClass().getSimpleName());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!sharedByTheClass) {
            folder = BuiltArtifacts.clustersFolder()
                    .resolve(context.getRequiredTestClass().getSimpleName())
                    .resolve(context.getRequiredTestMethod().getName() + invocation(context));
        }
    }

    /** What tells the invocations of one parameterized test apart. */
    private static String invocation(ExtensionContext context) {
        Matcher number = INVOCATION.matcher(context.getUniqueId());
        return number.find() ? "-" + number.group(1) : "";
    }

    @Override
    public void afterEach(ExtensionContext context) {
        failed |= hasFailed(context);
        if (!sharedByTheClass) {
            end();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        failed |= hasFailed(context);
        end();
    }

    /** A test that was skipped by an assumption has not failed. */
    private static boolean hasFailed(ExtensionContext context) {
        return context.getExecutionException()
                .filter(cause -> !(cause instanceof TestAbortedException))
                .isPresent();
    }

    /** Ends the clusters. */
    protected void end() {
        clusters.forEach(TestCluster::close);
        clusters.clear();
        if (failed) {
            System.out.println("Data and logs of the failed test are kept in " + folder);
        } else {
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try {
            Folders.deleteWithEmptyParent(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + folder, e);
        }
    }
}
