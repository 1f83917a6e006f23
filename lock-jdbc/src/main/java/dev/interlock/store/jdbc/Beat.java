package dev.interlock.store.jdbc;

import java.sql.SQLException;
import java.util.List;

/** One heartbeat: a single statement, unless others have left word or the session's time has come. */
final class Beat implements Database.Work<Boolean> {

    /** Less than what waits between any two machines. */
    private static final int BULKY = 1 << 14;

    private final Tables tables;
    private final String session;
    private final long timeToLive;
    private final byte[] published;
    private final Notices notices;

    Beat(Tables tables, String session, long timeToLive, byte[] published, Notices notices) {
        this.tables = tables;
        this.session = session;
        this.timeToLive = timeToLive;
        this.published = published;
        this.notices = notices;
    }

    @Override
    public boolean isBulky() {
        return published.length > BULKY;
    }

    @Override
    public Boolean on(Line line) throws SQLException {
        if (line.change(tables.beatQuietly, timeToLive, published, session) > 0) {
            return true;
        }
        while (true) {
            List<String> left = line.rows(tables.selectNotices, row -> row.getString(1), session);
            if (left.isEmpty()) {
                // Final before it is told.
                line.change(tables.deleteSession, session);
                return false;
            }
            // Noted before they are cleared: the answer to that may be lost.
            notices.add(left.get(0));
            if (line.change(tables.beatAndClear, timeToLive, published, session, left.get(0)) > 0) {
                return true;
            }
        }
    }
}
