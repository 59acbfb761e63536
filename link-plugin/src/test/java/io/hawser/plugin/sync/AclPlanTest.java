/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class AclPlanTest {

    private static final AclNames SAME_NAMES = new AclNames("", Map.of("orders", "orders", "bills", "invoices"));
    private static final AclNames PREFIXED = new AclNames("east.", Map.of("east.orders", "orders", "old", "ordinary"));

    @Test
    void createsWhatIsMissingAndTakesNothingForItsOwnThatWasHere() {
        AclBinding missing = topic("orders", PatternType.LITERAL);
        AclBinding present = group("billing");

        AclPlan plan = AclPlan.of(List.of(missing, present), SAME_NAMES, Set.of(present), Set.of());

        assertThat(plan.creations()).containsExactly(missing);
        assertThat(plan.followed()).containsOnlyKeys(missing, present);
    }

    @Test
    void removesOnlyItsOwnThatTheSourceHasNotAnyMore() {
        AclBinding gone = group("billing");
        AclBinding ofThisCluster = group("office");

        AclPlan plan = AclPlan.of(List.of(), SAME_NAMES, Set.of(gone, ofThisCluster), Set.of(gone));

        assertThat(plan.removals()).containsExactly(gone);
    }

    @Test
    void leavesThoseOfATopicThatIsNoMirrorAnyMore() {
        AclBinding promoted = topic("promoted", PatternType.LITERAL);

        assertThat(AclPlan.of(List.of(), SAME_NAMES, Set.of(promoted), Set.of(promoted))
                        .removals())
                .isEmpty();
    }

    @Test
    void createsAgainWhatSomebodyHasRemovedHere() {
        AclBinding own = topic("orders", PatternType.LITERAL);

        assertThat(AclPlan.of(List.of(own), SAME_NAMES, Set.of(), Set.of(own)).creations())
                .containsExactly(own);
    }

    @Test
    void givesNoRightOnATopicThatOnlyHasTheName() {
        assertThat(SAME_NAMES.here(topic("local", PatternType.LITERAL).pattern()))
                .isEmpty();
        assertThat(SAME_NAMES.here(topic("bills", PatternType.LITERAL).pattern()))
                .isEmpty();
        assertThat(SAME_NAMES.here(topic("invoices", PatternType.LITERAL).pattern()))
                .containsExactly(topic("bills", PatternType.LITERAL).pattern());
    }

    @Test
    void keepsPatternsAndAddsMirrorsWithAnotherName() {
        assertThat(SAME_NAMES.here(topic("*", PatternType.LITERAL).pattern()))
                .containsExactly(topic("*", PatternType.LITERAL).pattern());
        assertThat(SAME_NAMES.here(topic("inv", PatternType.PREFIXED).pattern()))
                .containsExactlyInAnyOrder(
                        topic("inv", PatternType.PREFIXED).pattern(),
                        topic("bills", PatternType.LITERAL).pattern());
    }

    @Test
    void putsTheLinksPrefixBeforeTopicsAndNothingElse() {
        assertThat(PREFIXED.here(topic("orders", PatternType.LITERAL).pattern()))
                .containsExactly(topic("east.orders", PatternType.LITERAL).pattern());
        assertThat(PREFIXED.here(topic("ord", PatternType.PREFIXED).pattern()))
                .containsExactlyInAnyOrder(
                        topic("east.ord", PatternType.PREFIXED).pattern(),
                        topic("old", PatternType.LITERAL).pattern());
        assertThat(PREFIXED.here(topic("*", PatternType.LITERAL).pattern()))
                .containsExactlyInAnyOrder(
                        topic("east.", PatternType.PREFIXED).pattern(),
                        topic("old", PatternType.LITERAL).pattern());
        assertThat(PREFIXED.here(group("billing").pattern()))
                .containsExactly(group("billing").pattern());
    }

    private static AclBinding topic(String name, PatternType pattern) {
        return acl(new ResourcePattern(ResourceType.TOPIC, name, pattern));
    }

    private static AclBinding group(String name) {
        return acl(new ResourcePattern(ResourceType.GROUP, name, PatternType.LITERAL));
    }

    private static AclBinding acl(ResourcePattern pattern) {
        return new AclBinding(
                pattern, new AccessControlEntry("User:app", "*", AclOperation.READ, AclPermissionType.ALLOW));
    }
}
