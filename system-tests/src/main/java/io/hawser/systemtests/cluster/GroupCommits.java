/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What groups without members have committed. */
public final class GroupCommits {

    private GroupCommits() {}

    public static void commit(
            ProcessCluster cluster, String group, TopicPartition partition, OffsetAndMetadata offset) {
        try (Admin admin = cluster.admin()) {
            admin.alterConsumerGroupOffsets(group, Map.of(partition, offset))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no commit of " + group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Null if nothing. */
    public static @Nullable OffsetAndMetadata committed(
            ProcessCluster cluster, String group, TopicPartition partition) {
        try (Admin admin = cluster.topics().watcher()) {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(10, TimeUnit.SECONDS)
                    .get(partition);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no offset of " + group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
