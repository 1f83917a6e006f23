package dev.interlock.spring.aop;

import dev.interlock.LockRequest;
import dev.interlock.ResourceNames;
import io.micrometer.common.KeyValues;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How traces call the locks of a method.
 *
 * @param types the types of resources, for people
 * @param tags type, mode and method
 */
record Labels(String types, KeyValues tags) {

    static Labels of(String method, List<LockRequest> templates) {
        String types = templates.stream()
                .map(each -> ResourceNames.typeOf(each.resource()))
                .distinct()
                .collect(Collectors.joining(","));
        String modes = templates.stream()
                .map(each -> each.mode().toString())
                .distinct()
                .collect(Collectors.joining(","));
        return new Labels(types, KeyValues.of("type", types, "mode", modes, "method", method));
    }

    /** The resources of one call, for people. */
    static String of(List<LockRequest> requests) {
        return requests.size() == 1
                ? requests.get(0).resource()
                : requests.stream().map(LockRequest::resource).collect(Collectors.joining(","));
    }
}
