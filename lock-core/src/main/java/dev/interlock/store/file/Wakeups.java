package dev.interlock.store.file;

import dev.interlock.spi.RecordKey;
import dev.interlock.spi.RecordText;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells sessions of changes by datagrams on the loopback address. A datagram names the session, which nobody can guess who may not
 * read the directory; whatever else comes is ignored. One that is lost is made up for by looking.
 */
final class Wakeups implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(Wakeups.class);

    private static final String FORMAT = "interlock-wake/1";
    private static final int MOST_ADDRESSES = 10_000;
    private static final long CHORES_EVERY = TimeUnit.SECONDS.toNanos(1);
    private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(100);

    /** Known by itself: the same session may subscribe twice with the same consumer. */
    private static final class Subscription {
        final String session;
        final Consumer<RecordKey> hint;

        Subscription(String session, Consumer<RecordKey> hint) {
            this.session = session;
            this.hint = hint;
        }
    }

    private final @Nullable DatagramSocket socket;
    private volatile boolean closed;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Map<String, Optional<InetSocketAddress>> addresses = new ConcurrentHashMap<>();

    Wakeups() {
        socket = bind();
    }

    private static @Nullable DatagramSocket bind() {
        try {
            DatagramSocket bound = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            bound.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(CHORES_EVERY));
            return bound;
        } catch (IOException | SecurityException e) {
            log.warn(
                    "nobody can tell this process that a lock has become free, so it will look again and again;"
                            + " to be told, it needs a datagram socket on the loopback address",
                    e);
            return null;
        }
    }

    /** Where this process is told; 0 for nowhere. */
    int port() {
        return socket == null ? 0 : socket.getLocalPort();
    }

    // --- telling ---------------------------------------------------------------------------------------------------

    /** Finds what is known of a session. */
    interface Directory {
        @Nullable SessionFile about(String session) throws IOException;
    }

    void tell(String session, RecordKey key, Directory directory) {
        byte[] text =
                (FORMAT + " " + session + " " + RecordText.escape(key.resource())).getBytes(StandardCharsets.US_ASCII);
        if (socket == null) {
            return;
        }
        try {
            InetSocketAddress address = address(session, directory);
            if (address != null) {
                socket.send(new DatagramPacket(text, text.length, address));
            }
        } catch (IOException e) {
            log.debug(
                    "session {} was not told of a change to '{}'; it will look by itself", session, key.resource(), e);
        }
    }

    private @Nullable InetSocketAddress address(String session, Directory directory) throws IOException {
        Optional<InetSocketAddress> known = addresses.get(session);
        if (known == null) {
            SessionFile about = directory.about(session);
            known = Optional.ofNullable(about == null ? null : about.address());
            if (addresses.size() >= MOST_ADDRESSES) {
                addresses.clear();
            }
            addresses.put(session, known);
        }
        return known.orElse(null);
    }

    // --- being told ------------------------------------------------------------------------------------------------

    AutoCloseable subscribe(String session, Consumer<RecordKey> hint) {
        Subscription subscription = new Subscription(session, hint);
        subscriptions.add(subscription);
        return () -> subscriptions.remove(subscription);
    }

    /** Listens, in a thread of its own, and does this about once in a second. */
    void listen(Runnable chores) {
        Thread listener = new Thread(() -> listenUntilClosed(chores), "interlock-file-store");
        listener.setDaemon(true);
        listener.start();
    }

    private void listenUntilClosed(Runnable chores) {
        byte[] room = new byte[1 << 16];
        long next = System.nanoTime();
        while (!closed) {
            if (System.nanoTime() - next >= 0) {
                chores.run();
                next = System.nanoTime() + CHORES_EVERY;
            }
            receive(room);
        }
    }

    private void receive(byte[] room) {
        if (socket == null) {
            LockSupport.parkNanos(this, CHORES_EVERY);
            return;
        }
        try {
            DatagramPacket packet = new DatagramPacket(room, room.length);
            socket.receive(packet);
            heard(new String(room, 0, packet.getLength(), StandardCharsets.ISO_8859_1));
        } catch (SocketTimeoutException nothing) {
            // nothing came for a while
        } catch (IOException e) {
            if (!closed) {
                log.debug("a datagram was not received", e);
                LockSupport.parkNanos(this, AFTER_FAILURE);
            }
        }
    }

    private void heard(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 3 || !words[0].equals(FORMAT)) {
            return;
        }
        for (Subscription each : subscriptions) {
            if (each.session.equals(words[1])) {
                tell(each, words[2]);
            }
        }
    }

    private static void tell(Subscription subscription, String resource) {
        try {
            subscription.hint.accept(new RecordKey(RecordText.unescape(resource)));
        } catch (RuntimeException e) {
            log.warn("session {} failed when it was told of a change", subscription.session, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (socket != null) {
            socket.close();
        }
    }
}
