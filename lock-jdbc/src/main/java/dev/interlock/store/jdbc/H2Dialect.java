package dev.interlock.store.jdbc;

import java.sql.SQLException;
import java.util.Set;

/** H2, in whatever compatibility mode. */
final class H2Dialect implements Dialect {

    private static final Set<Integer> CONFLICTS = Set.of(50200, 40001, 90131);
    private static final Set<Integer> LOST = Set.of(90007, 90067, 90098, 90121);
    private static final Set<Integer> TABLES = Set.of(42102, 42103, 42104, 90079);
    private static final Set<Integer> RIGHTS = Set.of(28000, 90040, 90096);
    private static final int READ_ONLY = 90097;

    @Override
    public String name() {
        return "h2";
    }

    /** DATEDIFF would not do: it counts in the session's local time. */
    @Override
    public String now() {
        return "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000 AS BIGINT)";
    }

    @Override
    public LockWait lockWait() {
        return new LockWait("SELECT LOCK_TIMEOUT()", "SET LOCK_TIMEOUT %s", "100");
    }

    @Override
    public boolean isInProcess(String url) {
        return url.startsWith("jdbc:h2:mem:");
    }

    @Override
    public Fault faultOf(SQLException error) {
        int code = error.getErrorCode();
        if (CONFLICTS.contains(code)) {
            return Fault.CONFLICT;
        }
        if (LOST.contains(code)) {
            return Fault.LOST;
        }
        if (TABLES.contains(code)) {
            return Fault.NO_TABLE;
        }
        if (RIGHTS.contains(code)) {
            return Fault.NO_RIGHTS;
        }
        return code == READ_ONLY ? Fault.READ_ONLY : Fault.of(error);
    }
}
