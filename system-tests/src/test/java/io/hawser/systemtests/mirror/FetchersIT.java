/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ProcessBeans;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Mirrors of one source broker that are behind for long, since the link, which may have two fetchers, has too little for them. */
class FetchersIT {

    private static final int RECORDS = 20_000;
    private static final Pattern FETCHER = Pattern.compile("hawser-" + LinkedClusters.LINK + "-fetcher-1-\\d+");
    private static final String CAP = "link.max.bytes.per.second";

    @RegisterExtension
    static final LinkedClusters CLUSTERS =
            LinkedClusters.ofBrokers(1, 1).link(LinkedClusters.LINK, CAP + "=100000", "num.cluster.link.fetchers=2");

    @Test
    void areTwoForWhatIsBehindAndOneWhileTheLinkHasPriorities() {
        List<Mirrored> mirrors =
                IntStream.range(0, 4).mapToObj(FetchersIT::written).toList();
        String topics = mirrors.stream().map(Mirrored::topic).collect(Collectors.joining(","));

        CLUSTERS.admin("create", "--mirror-topic", topics, "--link", LinkedClusters.LINK);
        Eventually.holds(() -> assertThat(fetchers()).isEqualTo(2));

        alter("--config", "mirror.priority.high=data-0");
        Eventually.holds(() -> assertThat(fetchers()).isEqualTo(1));

        alter("--delete-config", "mirror.priority.high");
        Eventually.holds(() -> assertThat(fetchers()).isEqualTo(2));

        alter("--delete-config", CAP);
        mirrors.forEach(mirror -> mirror.awaitEnd(RECORDS));
        mirrors.forEach(Mirrored::awaitEqual);
    }

    private static void alter(String option, String config) {
        CLUSTERS.admin("alter", "--link", LinkedClusters.LINK, option, config);
    }

    private static Mirrored written(int number) {
        CLUSTERS.source().topics().create("data-" + number, 1);
        Mirrored mirrored = new Mirrored(CLUSTERS, "data-" + number);
        mirrored.produce(RECORDS, 16_384, "x".repeat(100));
        return mirrored;
    }

    private static long fetchers() {
        return ProcessBeans.ask(CLUSTERS.destination().processId(1), broker -> {
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    broker, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                    .filter(thread -> thread != null)
                    .map(ThreadInfo::getThreadName)
                    .filter(FETCHER.asMatchPredicate())
                    .count();
        });
    }
}
