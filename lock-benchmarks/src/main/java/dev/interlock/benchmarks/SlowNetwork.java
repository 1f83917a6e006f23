package dev.interlock.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;

/** A way to a server on this machine that takes half a millisecond in each direction. */
final class SlowNetwork implements AutoCloseable {

    private static final long NANOS_EACH_WAY = 500_000;

    private final ServerSocket listening;
    private final int target;
    private final LongAdder requests = new LongAdder();

    SlowNetwork(int target) throws IOException {
        this.target = target;
        listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    SlowNetwork open() {
        start(this::accept);
        return this;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How often a client has sent something: round trips, as each awaits its answer before it sends more. */
    long requests() {
        return requests.sum();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "slow-network");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = quick(listening.accept());
                Socket server = quick(new Socket(InetAddress.getLoopbackAddress(), target));
                start(() -> pump(client, server, requests::increment));
                start(() -> pump(server, client, SlowNetwork::nothing));
            }
        } catch (IOException closed) {
            // So it ends.
        }
    }

    private static void nothing() {}

    private static Socket quick(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void pump(Socket from, Socket to, Runnable counter) {
        byte[] bytes = new byte[1 << 16];
        try (from;
                to;
                InputStream in = from.getInputStream()) {
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                Timing.pause(NANOS_EACH_WAY);
                counter.run();
                to.getOutputStream().write(bytes, 0, length);
            }
        } catch (IOException closed) {
            // So it ends.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
