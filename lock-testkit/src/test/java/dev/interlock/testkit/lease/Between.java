package dev.interlock.testkit.lease;

import dev.interlock.spi.ChangeFeed;
import dev.interlock.spi.LockStore;
import dev.interlock.spi.ScannableStore;
import dev.interlock.spi.StampStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;

/** Stands between a manager and its store, for faults that are out of the ordinary. */
interface Between {

    /** The call itself. */
    interface Call {
        Object make() throws Throwable;
    }

    /**
     * Makes the call, or does something else.
     *
     * @param patience how long it may take
     */
    Object called(String method, Duration patience, Call call) throws Throwable;

    /** The same store with this between. */
    static LockStore around(LockStore store, Between between) {
        Class<?>[] abilities = {LockStore.class, ScannableStore.class, ChangeFeed.class, StampStore.class};
        return (LockStore)
                Proxy.newProxyInstance(LockStore.class.getClassLoader(), abilities, (proxy, method, arguments) -> {
                    Call call = () -> {
                        try {
                            return method.invoke(store, arguments);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    };
                    Object last = arguments == null ? null : arguments[arguments.length - 1];
                    return last instanceof Duration patience
                            ? between.called(method.getName(), patience, call)
                            : call.make();
                });
    }
}
