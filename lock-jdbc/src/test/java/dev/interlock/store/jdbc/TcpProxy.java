package dev.interlock.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** A network between a client and a server, with which much can go wrong. */
final class TcpProxy implements AutoCloseable {

    private ServerSocket listening;
    private final int target;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Runnable> replyLost = new AtomicReference<>();
    private final AtomicReference<CountDownLatch> requestHeld = new AtomicReference<>();
    private final CountDownLatch heldArrived = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean blackHole;
    private volatile boolean stalled;

    TcpProxy(int target) {
        this.target = target;
        listen(0);
    }

    private void listen(int port) {
        try {
            listening = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        ServerSocket socket = listening;
        start(() -> accept(socket));
    }

    /** After it was closed, as if the server were back. */
    void reopen() {
        listen(listening.getLocalPort());
    }

    int port() {
        return listening.getLocalPort();
    }

    /** From now on everything is swallowed, in both directions, and connections stay open. */
    void swallowEverything() {
        blackHole = true;
    }

    /** From now on nothing is read from anybody: who sends more than fits on the way must wait. */
    void takeNothing() {
        stalled = true;
    }

    /** New connections work; those that saw the hole never will. */
    void heal() {
        blackHole = false;
    }

    /** Whatever the server answers next is lost, and its connection reset. */
    void loseNextReply() {
        loseNextReplyAfter(TcpProxy::nothing);
    }

    private static void nothing() {}

    /** The same, and before the client learns of it this is done. */
    void loseNextReplyAfter(Runnable meanwhile) {
        replyLost.set(meanwhile);
    }

    /** What a client asks next reaches the server late, when this latch opens; the client's connection is reset at once. */
    CountDownLatch delayNextRequest() {
        CountDownLatch latch = new CountDownLatch(1);
        requestHeld.set(latch);
        return latch;
    }

    /** Opens when the server has answered to what was delayed. */
    CountDownLatch delayedHasArrived() {
        return heldArrived;
    }

    /** Breaks all connections. */
    void resetAll() {
        pairs.forEach(Pair::reset);
    }

    int connections() {
        return pairs.size();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Pair pair = new Pair(socket.accept());
                pairs.add(pair);
                start(pair::requests);
                start(pair::replies);
            }
        } catch (IOException closed) {
            resetAll();
        }
    }

    /** A client and its server. */
    private final class Pair {

        private final Socket client;
        private final Socket server;
        private volatile boolean late;

        Pair(Socket client) throws IOException {
            this.client = client;
            this.server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void requests() {
            pump(client, server, this::delayed);
        }

        void replies() {
            pump(server, client, (bytes, length) -> {
                if (late) {
                    heldArrived.countDown();
                }
                return lost();
            });
        }

        private void pump(Socket from, Socket to, Trouble trouble) {
            byte[] bytes = new byte[1 << 16];
            try (InputStream in = from.getInputStream()) {
                int length;
                while ((length = in.read(bytes)) >= 0) {
                    if (stalled) {
                        await(ended);
                    }
                    if (!blackHole && !trouble.befalls(bytes, length)) {
                        to.getOutputStream().write(bytes, 0, length);
                    }
                }
            } catch (IOException broken) {
                // So it ends.
            } finally {
                end();
            }
        }

        private boolean lost() {
            Runnable meanwhile = replyLost.getAndSet(null);
            if (meanwhile != null) {
                meanwhile.run();
                reset();
            }
            return meanwhile != null;
        }

        private boolean delayed(byte[] bytes, int length) throws IOException {
            CountDownLatch latch = requestHeld.getAndSet(null);
            if (latch != null) {
                resetOne(client);
                await(latch);
                late = true;
                server.getOutputStream().write(bytes, 0, length);
                await(heldArrived);
            }
            return latch != null;
        }

        void reset() {
            resetOne(client);
            resetOne(server);
            pairs.remove(this);
        }

        private void end() {
            if (!client.isClosed() || !server.isClosed()) {
                reset();
            }
        }

        private void resetOne(Socket socket) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException broken) {
                // So it is closed.
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    /** What may happen to some bytes. */
    @FunctionalInterface
    private interface Trouble {
        boolean befalls(byte[] bytes, int length) throws IOException;
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            listening.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        resetAll();
    }
}
