/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.state;

import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What is kept of links and mirrors, beyond the loss of a broker.
 *
 * <p>Thread-safe; no call blocks.
 */
public interface StateStore {

    /** What has been read so far. */
    StateSnapshot snapshot();

    /** Completes when the snapshot holds at least what is kept now. */
    CompletionStage<Void> upToDate();

    /** Completes when the value would survive the loss of this broker. */
    <V> CompletionStage<Void> write(StateKey<V> key, V value);

    /**
     * Keys of which it does not keep what was written last: the write failed, or a coordinator or leader that was deposed came
     * after it. Who is in charge of them writes them again.
     */
    Set<String> toWriteAgain();
}
