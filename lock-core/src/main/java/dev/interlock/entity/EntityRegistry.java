package dev.interlock.entity;

import dev.interlock.LockHandle;
import dev.interlock.LockManager;
import dev.interlock.LockMode;
import dev.interlock.LockRequest;
import dev.interlock.MultiLockHandle;
import dev.interlock.ResourceNames;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Entities of one type, each behind the lock {@code type:id}. The entity is loaded after its lock has been acquired, so what
 * the caller sees is what the lock protects.
 *
 * <pre>{@code
 * EntityRegistry<Account, Long> accounts = EntityRegistry.of(locks, "account", repository::find);
 * long balance = accounts.forRead(42L, Account::balance);
 * Receipt receipt = accounts.forWriteAll(List.of(42L, 43L), both -> transfer(both.get(42L), both.get(43L)));
 * }</pre>
 *
 * @param <T> the kind of entity
 * @param <I> what identifies one; its {@code toString()} becomes part of the lock's name
 */
public final class EntityRegistry<T, I> {

    private final LockManager locks;
    private final String type;
    private final Function<? super I, ? extends @Nullable T> loader;
    private final UnaryOperator<LockRequest> settings;

    private EntityRegistry(
            LockManager locks,
            String type,
            Function<? super I, ? extends @Nullable T> loader,
            UnaryOperator<LockRequest> settings) {
        this.locks = Objects.requireNonNull(locks, "the lock manager is null");
        this.type = ResourceNames.checkType(type);
        this.loader = Objects.requireNonNull(loader, "the loader is null");
        this.settings = Objects.requireNonNull(settings, "the settings are null");
    }

    /**
     * A registry.
     *
     * @param type the type of the locks, such as {@code account}
     * @param loader finds an entity by its id; {@code null} if there is none
     * @throws IllegalArgumentException if the type is blank or has a colon
     */
    public static <T, I> EntityRegistry<T, I> of(
            LockManager locks, String type, Function<? super I, ? extends @Nullable T> loader) {
        return new EntityRegistry<>(locks, type, loader, UnaryOperator.identity());
    }

    /** The same entities, with these settings on each request: a timeout, an owner, a reason. */
    public EntityRegistry<T, I> with(UnaryOperator<LockRequest> moreSettings) {
        Objects.requireNonNull(moreSettings, "the settings are null");
        return new EntityRegistry<>(locks, type, loader, request -> moreSettings.apply(settings.apply(request)));
    }

    /**
     * Works on an entity while others may read it too.
     *
     * @throws NoSuchElementException if there is no such entity
     */
    public <R extends @Nullable Object, E extends Exception> R forRead(I id, EntityCall<? super T, R, E> work)
            throws E {
        try (EntityHold<T> held = open(id, LockMode.READ)) {
            return work.call(held.entity());
        }
    }

    /**
     * Works on an entity alone.
     *
     * @throws NoSuchElementException if there is no such entity
     */
    public <R extends @Nullable Object, E extends Exception> R forWrite(I id, EntityCall<? super T, R, E> work)
            throws E {
        try (EntityHold<T> held = open(id, LockMode.WRITE)) {
            return work.call(held.entity());
        }
    }

    /**
     * Works on several entities, by id, while others may read them too. Their locks are taken together; without ids
     * nothing is locked, and the work gets an empty map.
     *
     * @throws NoSuchElementException if one of them does not exist
     */
    public <R extends @Nullable Object, E extends Exception> R forReadAll(
            Collection<? extends I> ids, EntityCall<? super Map<I, T>, R, E> work) throws E {
        return together(ids, LockMode.READ, work);
    }

    /**
     * Works on several entities, by id, alone. Their locks are taken together; without ids nothing is locked, and the
     * work gets an empty map.
     *
     * @throws NoSuchElementException if one of them does not exist
     */
    public <R extends @Nullable Object, E extends Exception> R forWriteAll(
            Collection<? extends I> ids, EntityCall<? super Map<I, T>, R, E> work) throws E {
        return together(ids, LockMode.WRITE, work);
    }

    /**
     * An entity to read, until the hold is closed.
     *
     * @throws NoSuchElementException if there is no such entity
     */
    public EntityHold<T> openForRead(I id) {
        return open(id, LockMode.READ);
    }

    /**
     * An entity to change, until the hold is closed.
     *
     * @throws NoSuchElementException if there is no such entity
     */
    public EntityHold<T> openForWrite(I id) {
        return open(id, LockMode.WRITE);
    }

    private EntityHold<T> open(I id, LockMode mode) {
        LockHandle handle = request(id, mode).acquire();
        try {
            return new EntityHold<>(load(id), handle);
        } catch (Throwable failure) {
            handle.close();
            throw failure;
        }
    }

    private <R extends @Nullable Object, E extends Exception> R together(
            Collection<? extends I> ids, LockMode mode, EntityCall<? super Map<I, T>, R, E> work) throws E {
        Set<I> distinct = new LinkedHashSet<>(ids);
        if (distinct.isEmpty()) {
            return work.call(new LinkedHashMap<>());
        }
        try (MultiLockHandle held = locks.all(
                        distinct.stream().map(id -> request(id, mode)).toList())
                .acquire()) {
            Map<I, T> entities = new LinkedHashMap<>();
            for (I id : distinct) {
                entities.put(id, load(id));
            }
            return work.call(entities);
        }
    }

    private LockRequest request(I id, LockMode mode) {
        return settings.apply(mode == LockMode.READ ? locks.read(type, id) : locks.write(type, id));
    }

    private T load(I id) {
        T entity = loader.apply(id);
        if (entity == null) {
            throw new NoSuchElementException(
                    "there is no " + type + " with id '" + id + "'; its lock was released again");
        }
        return entity;
    }
}
