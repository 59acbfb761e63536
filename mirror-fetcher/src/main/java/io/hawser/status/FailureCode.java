/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

/** Why a link, a mirror topic or one partition does not go on, each with what an operator can do about it. */
public enum FailureCode {
    SOURCE_UNREACHABLE("Check that the source is up and that every destination broker reaches it; it is tried again"
            + " by itself."),
    WAITING_FOR_SOURCE(
            "Create the source's half there with 'link-admin create --mode source', with the same reverse.secret and this"
                    + " cluster's reverse listeners as bootstrap.servers, or run 'link-admin agent' next to it; it is taken up by itself."),
    DESTINATION_UNREACHABLE(
            "Check that the destination is up and that every broker here reaches its reverse listeners; it is tried"
                    + " again by itself."),
    REMOTE_LINK_NOT_FOUND(
            "Create the destination's half there with 'link-admin create --mode destination --inbound', under the same"
                    + " name; it is taken up by itself."),
    SECRET_MISMATCH("Give reverse.secret the same value on both clusters; it is tried again by itself."),
    LISTENER_NOT_FOUND("Set reverse.listener.name on the source to one of its brokers' Kafka listeners."),
    NO_REVERSE_LISTENER("Set hawser.reverse.listeners on every broker of the destination."),
    AUTHENTICATION("Correct the link's credentials with 'link-admin alter --link'; it is tried again by itself."),
    AUTHORIZATION("Grant the link's principal the named right on the source; it is tried again by itself."),
    UNSUPPORTED_VERSION("The source must speak Fetch 9 or newer (Kafka 2.1)."),
    INVALID_LINK_CONFIG("Correct the named property with 'link-admin alter --link'."),
    SELF_LINK("The link's bootstrap.servers lead to this very cluster; give it the source's addresses."),
    SOURCE_CLUSTER_CHANGED("Another cluster answers at the link's addresses. Nothing was appended from it. Point the"
            + " link back to the source, or fail over and create a new link."),
    SOURCE_TOPIC_NOT_FOUND("Create the topic on the source, or delete the mirror."),
    SOURCE_TOPIC_DELETED("The data is kept. Fail over to keep using it, or delete the mirror."),
    SOURCE_TOPIC_RECREATED("Fail over to keep the old data, or mirror the new topic in its place with"
            + " 'link-admin resume --accept-divergence recreate'."),
    LOOP("Mirror another topic: records would go round in a circle."),
    TOPIC_CREATION("The destination refused the mirror topic; correct what the message names."),
    DIVERGED("Fail over to keep the records, or drop them here with 'link-admin resume --accept-divergence truncate',"
            + " or mirror the topic anew with '--accept-divergence recreate'."),
    GAP("Go on behind the lost range with 'link-admin resume --accept-gap', or fail over."),
    UNSUPPORTED_MESSAGE_FORMAT("The source holds batches older than message format 2, which brokers of today refuse;"
            + " let retention remove them on the source."),
    CORRUPT_BATCH("A batch arrived corrupt and was refused; it is fetched again by itself."),
    RECORD_TOO_LARGE("The mirror takes the source's max.message.bytes and segment.bytes by itself; where the mirror"
            + " overrides them, raise its own."),
    NOT_ENOUGH_REPLICAS("Bring back the mirror's in-sync replicas; it goes on by itself."),
    STILL_WRITTEN("Stop the source's producers and promote again, or fail over."),
    NOT_DRAINED("Wait: the mirror still takes over what the source has."),
    OPEN_TRANSACTIONS(
            "Let the producers end their transactions, or abort them where they are open with 'kafka-transactions abort',"
                    + " and run the command again; or fail over, which aborts them here."),
    GROUP_ACTIVE("Stop the group's consumers here and promote again, or set consumer.offset.sync.enable=false, or take"
            + " the group out of consumer.offset.group.filters."),
    LEADER_UNAVAILABLE("Bring back a broker that holds the partition; it goes on by itself."),
    DESTINATION_REFUSED("The destination's own brokers refused what the message names; correct it, it is tried again by"
            + " itself."),
    NOT_A_PAIR(
            "Reverse only what was promoted, or failed over, from here to the cluster that the link leads to; anything"
                    + " else can be mirrored anew: rename or delete the topic here, then 'link-admin create'."),
    PROMOTED_ELSEWHERE(
            "Make it a mirror of the cluster that the message names with 'link-admin reverse'; or, to write here again"
                    + " nevertheless, 'link-admin failover --mirror-topic'."),
    NO_PLUGIN("Stop the producers there, or take away their right to write: nothing else keeps them from it."),
    SOURCE_READ_ONLY("Promote the topic there first, or let 'link-admin reverse --planned' do it."),
    LOG_START_PASSED(
            "Mirror it anew: 'link-admin delete --mirror-topic', which leaves the topic to you, 'kafka-topics --delete', then"
                    + " 'link-admin create --mirror-topic'."),
    REVERSED("Nothing to do: what was dropped here is kept in <topic>.hawser-dropped-<date>."),
    FAILED_OVER(
            "Nothing to do: what a failover to a time or offset has dropped here is still on the source, as long as that keeps"
                    + " it."),
    TOO_MANY_KEYS(
            "The source and the mirror have been compacted too differently to be compared at once; let the cleaners"
                    + " of both sides come to rest and verify again."),
    NO_AUTHORIZER("Nothing to do, if it is meant to be so; else give both clusters an authorizer, or set"
            + " acl.sync.enable=false."),
    INTERNAL("See the log of the broker that leads the partition.");

    private final String remedy;

    FailureCode(String remedy) {
        this.remedy = remedy;
    }

    /** What an operator can do, as one or two sentences. */
    public String remedy() {
        return remedy;
    }
}
