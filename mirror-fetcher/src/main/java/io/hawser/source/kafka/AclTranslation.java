/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.source.SourceRequest.AclsAnswer;
import java.util.Set;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeAclsRequest;
import org.apache.kafka.common.requests.DescribeAclsResponse;

/** The question about ACLs in Kafka's protocol. */
final class AclTranslation {

    private AclTranslation() {}

    static RequestTranslation<AclsAnswer> all() {
        return new RequestTranslation<>(new DescribeAclsRequest.Builder(AclBindingFilter.ANY), (response, version) -> {
            DescribeAclsResponse answer = (DescribeAclsResponse) response;
            return new AclsAnswer(
                    Errors.forCode(answer.error().error().code()),
                    Set.copyOf(DescribeAclsResponse.aclBindings(answer.acls())));
        });
    }
}
