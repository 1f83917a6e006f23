package dev.interlock.spring.aop;

import dev.interlock.LockException;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.annotation.DistributedLock;
import dev.interlock.annotation.OnTimeout;
import dev.interlock.annotation.ReadLock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;

/**
 * What one annotation says, once its texts have been read.
 *
 * @param kind what is asked for
 * @param name the type, or without a key the resource
 * @param key the key expression; empty for none
 */
record LockSpec(
        Kind kind,
        String name,
        String key,
        @Nullable Duration timeout,
        @Nullable Duration lease,
        @Nullable Duration holdAtLeast,
        int priority,
        String reason,
        boolean checkDependencies,
        OnTimeout onTimeout,
        String fallback) {

    /** What can be asked for. */
    enum Kind {
        READ {
            @Override
            LockRequest request(LockManager locks, String resource) {
                return locks.read(resource);
            }
        },
        WRITE {
            @Override
            LockRequest request(LockManager locks, String resource) {
                return locks.write(resource);
            }
        },
        DISTRIBUTED_READ {
            @Override
            LockRequest request(LockManager locks, String resource) {
                return locks.distributedRead(resource);
            }
        },
        DISTRIBUTED {
            @Override
            LockRequest request(LockManager locks, String resource) {
                return locks.distributed(resource);
            }
        };

        abstract LockRequest request(LockManager locks, String resource);

        static Kind of(MergedAnnotation<?> annotation) {
            if (annotation.getType() == DistributedLock.class) {
                return annotation.getEnum("mode", LockMode.class) == LockMode.READ ? DISTRIBUTED_READ : DISTRIBUTED;
            }
            return annotation.getType() == ReadLock.class ? READ : WRITE;
        }
    }

    boolean hasKey() {
        return !key.isEmpty();
    }

    /** Whether it says what to do when the lock cannot be had. */
    boolean hasRemedy() {
        return onTimeout == OnTimeout.SKIP || !fallback.isBlank();
    }

    /** The request without its key: what all calls of the method have in common. */
    LockRequest template(LockManager locks, String method) {
        LockRequest bare = kind.request(locks, name);
        if (bare == null) {
            throw new LockException(locks.getClass().getName() + " answers with no request; is it a mock?"
                    + " InterlockManager.builder().build() is a whole lock manager, and quick enough for tests");
        }
        LockRequest request = bare.metadata(LockRequest.METHOD, method);
        if (timeout != null) {
            request = request.timeout(timeout);
        }
        if (lease != null) {
            request = request.lease(lease);
        }
        if (holdAtLeast != null) {
            request = request.holdAtLeast(holdAtLeast);
        }
        if (priority != 0) {
            request = request.priority(priority);
        }
        if (checkDependencies) {
            request = request.checkDependencies();
        }
        return reason.isEmpty() ? request : request.reason(reason);
    }
}
