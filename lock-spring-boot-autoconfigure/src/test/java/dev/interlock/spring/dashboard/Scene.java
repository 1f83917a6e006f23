package dev.interlock.spring.dashboard;

import static org.awaitility.Awaitility.await;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockOwner;
import dev.interlock.LockRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Locks that are worth looking at: held and awaited for as long as it is open, by owners who are no threads. */
public final class Scene implements AutoCloseable {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final LockManager locks;
    private final List<LockHandle> held = new ArrayList<>();
    private final List<CompletableFuture<LockHandle>> waiting = new ArrayList<>();

    public Scene(LockManager locks) {
        this.locks = locks;
    }

    public LockRequest write(String resource, String owner, String method) {
        return by(locks.write(resource), owner, method);
    }

    public LockRequest read(String resource, String owner, String method) {
        return by(locks.read(resource), owner, method);
    }

    private static LockRequest by(LockRequest request, String owner, String method) {
        return request.owner(LockOwner.named(owner))
                .metadata(LockRequest.METHOD, method)
                .timeout(LONG);
    }

    public LockHandle hold(LockRequest request) {
        LockHandle handle = request.acquire();
        held.add(handle);
        return handle;
    }

    public void queue(LockRequest request) {
        waiting.add(request.acquireAsync());
    }

    /** Two orders that were taken one after the other in both ways, at once. */
    public void deadlock() {
        hold(write("order:1", "checkout-7", "Orders.cancel"));
        hold(write("stock:7", "warehouse-2", "Warehouse.reserve"));
        queue(write("stock:7", "checkout-7", "Orders.cancel"));
        queue(write("order:1", "warehouse-2", "Warehouse.reserve"));
    }

    /** A shop on a busy day. */
    public void shop() {
        hold(write("account:42", "payments-3", "AccountService.close")
                .lease(LONG)
                .reason("month's end")
                .metadata("ticket", "T-17"));
        queue(read("account:42", "statements-1", "AccountService.balance"));
        queue(write("account:42", "payments-5", "AccountService.deposit").priority(9));
        for (int reader = 1; reader <= 3; reader++) {
            hold(read("catalogue", "search-" + reader, "Catalogue.find"));
        }
        queue(write("catalogue", "importer", "Catalogue.replace").reason("nightly import"));
        for (int shelf = 1; shelf <= 40; shelf++) {
            hold(write("shelf:" + shelf, "robot-" + shelf % 7, "Shelf.count"));
        }
    }

    /** Something to count: many are served at once, some wait, and a few in vain. */
    public void traffic() {
        for (int i = 0; i < 40; i++) {
            locks.write("basket:" + i % 20).run(() -> {});
            locks.read("price:" + i % 50).run(() -> {});
        }
        List<CompletableFuture<LockHandle>> crowd = new ArrayList<>();
        try (LockHandle busy =
                locks.write("basket:7").owner(LockOwner.named("checkout-1")).acquire()) {
            for (int i = 2; i <= 4; i++) {
                crowd.add(write("basket:7", "checkout-" + i, "Basket.add")
                        .timeout(i == 4 ? Duration.ofMillis(2) : LONG)
                        .acquireAsync());
            }
            await().until(() -> crowd.get(2).isDone() && busy.isHeld());
        }
        crowd.subList(0, 2).forEach(each -> each.thenAccept(LockHandle::close).join());
    }

    @Override
    public void close() {
        waiting.forEach(each -> each.cancel(false));
        held.forEach(LockHandle::close);
        waiting.clear();
        held.clear();
    }
}
