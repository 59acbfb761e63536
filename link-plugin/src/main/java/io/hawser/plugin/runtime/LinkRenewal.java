/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.runtime;

import io.hawser.config.LinkConfig;
import io.hawser.config.SecretReferences;
import io.hawser.definition.LinkDefinition;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a link is to begin anew, since its definition has changed, or what its references hold. Other addresses and credentials are
 * proven first: those in use go on until then.
 *
 * <p>Confined to the control thread.
 */
final class LinkRenewal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LinkRenewal.class);
    private static final long LOOK_MS = 5_000;

    private final LinkConfig inUse;
    private final SecretReferences secrets;
    private final Function<LinkConfig, SourceProof> prover;
    private LinkDefinition seen;
    private LinkConfig wanted;
    private long seenMs;
    private @Nullable SourceProof proof;
    private String lastProblem = "";

    /**
     * @param inUse what the definition was resolved to
     * @param prover begins to try a config
     */
    LinkRenewal(
            LinkDefinition definition,
            LinkConfig inUse,
            SecretReferences secrets,
            Function<LinkConfig, SourceProof> prover,
            long nowMs) {
        this.seen = definition;
        this.inUse = inUse;
        this.wanted = inUse;
        this.secrets = secrets;
        this.prover = prover;
        this.seenMs = nowMs;
    }

    /** Whether the link is to begin anew now. */
    boolean isDue(LinkDefinition definition, long nowMs) {
        if (!definition.equals(seen) || nowMs - seenMs >= LOOK_MS) {
            seen = definition;
            seenMs = nowMs;
            wanted = resolved(definition);
        }
        if (wanted.connectsAs(inUse)) {
            close();
            return !wanted.goesOnAs(inUse);
        }
        if (proof == null || !proof.config().connectsAs(wanted)) {
            close();
            proof = prover.apply(wanted);
        }
        return proof.hasSucceeded();
    }

    /** What to begin anew with: what was proven, whatever the references hold by now. */
    LinkConfig next() {
        return proof == null ? wanted : proof.config();
    }

    /** Whether what was to be proven has been. */
    boolean isProven() {
        return proof != null && proof.hasSucceeded();
    }

    @Override
    public void close() {
        if (proof != null) {
            proof.close();
            proof = null;
        }
    }

    private LinkConfig resolved(LinkDefinition definition) {
        try {
            LinkConfig found = LinkConfig.resolved(definition.name(), definition.configs(), secrets);
            lastProblem = "";
            return found;
        } catch (KafkaException e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(lastProblem)) {
                LOG.warn("[{}] goes on as it is on this broker: {}", definition.name(), problem);
                lastProblem = problem;
            }
            return inUse;
        }
    }
}
